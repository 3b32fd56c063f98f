"""Every address of the product."""

from django.urls import URLPattern, URLResolver, include, path

from acquit.web import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("compte/", include("allauth.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
