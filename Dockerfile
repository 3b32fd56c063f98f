# One process (web, worker, daily work), one volume (/data), no root.
FROM python:3.12-slim AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/acquit \
    && /opt/acquit/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md CHANGELOG.md LICENSE ./
COPY acquit ./acquit
RUN /opt/acquit/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation . \
    && /opt/acquit/bin/python -m compileall -q /opt/acquit/lib

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin acquit \
    && install --directory --owner=acquit --group=acquit --mode=0700 /data
COPY --from=build /opt/acquit /opt/acquit
ENV PATH=/opt/acquit/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ACQUIT_DATA_DIR=/data
USER acquit
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["acquit", "serve", "--host", "0.0.0.0", "--port", "8000"]
