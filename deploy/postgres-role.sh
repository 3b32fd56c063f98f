#!/usr/bin/env bash
# Makes Acquit’s role and database in a new PostgreSQL container.
set -euo pipefail
psql --quiet --set=ON_ERROR_STOP=1 --username=postgres --set=password="$POSTGRES_PASSWORD" <<'SQL'
CREATE ROLE acquit LOGIN NOSUPERUSER PASSWORD :'password';
CREATE DATABASE acquit OWNER acquit;
SQL
