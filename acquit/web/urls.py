"""Every address of the product."""

from django.urls import URLPattern, URLResolver, include, path

from acquit.web import (
    bulk,
    customer,
    customer_deeds,
    customers,
    entrance,
    health,
    invoice,
    invoice_deeds,
    invoices,
    palette,
    payments,
    today,
)

# What one looks at every day.
desk: list[URLPattern | URLResolver] = [
    path("", entrance.home, name="home"),
    path("bienvenue/", entrance.welcome, name="welcome"),
    path("<slug:slug>/", today.today, name="today"),
    path("<slug:slug>/ouvrir/", entrance.firm_switch, name="firm_switch"),
    path("<slug:slug>/aller/", palette.palette, name="palette"),
    path("<slug:slug>/factures/", invoices.invoices, name="invoices"),
    path("<slug:slug>/factures/lot/", bulk.invoices_bulk, name="invoices_bulk"),
    path("<slug:slug>/factures/<int:receivable>/", invoice.invoice, name="invoice"),
    path("<slug:slug>/factures/<int:receivable>/piece/", invoice.invoice_paper, name="invoice_paper"),
    path("<slug:slug>/factures/<int:receivable>/<slug:deed>/", invoice_deeds.invoice_deed, name="invoice_deed"),
    path("<slug:slug>/encaissements/", payments.payments, name="payments"),
    path("<slug:slug>/encaissements/<int:payment>/annuler/", invoice_deeds.payment_reverse, name="payment_reverse"),
    path("<slug:slug>/suspensions/<int:hold>/lever/", invoice_deeds.hold_release, name="hold_release"),
    path("<slug:slug>/clients/", customers.customers, name="customers"),
    path("<slug:slug>/clients/<int:customer>/", customer.customer, name="customer"),
    path("<slug:slug>/clients/<int:customer>/modifier/", customer_deeds.customer_edit, name="customer_edit"),
    path("<slug:slug>/clients/<int:customer>/nature/", customer_deeds.customer_kind, name="customer_kind"),
    path("<slug:slug>/clients/<int:customer>/suspension/", customer_deeds.customer_pause, name="customer_pause"),
    path("<slug:slug>/clients/<int:customer>/imputer/", customer.credit_allocate, name="credit_allocate"),
    path("<slug:slug>/clients/<int:customer>/releve/", customer.customer_statement, name="customer_statement"),
    path("<slug:slug>/clients/<int:customer>/contacts/", customer_deeds.contact_add, name="contact_add"),
    path(
        "<slug:slug>/clients/<int:customer>/contacts/<int:contact>/", customer_deeds.contact_edit, name="contact_edit"
    ),
    path(
        "<slug:slug>/clients/<int:customer>/contacts/<int:contact>/retirer/",
        customer_deeds.contact_remove,
        name="contact_remove",
    ),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("compte/", include("allauth.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include((desk, "web"))),
]
