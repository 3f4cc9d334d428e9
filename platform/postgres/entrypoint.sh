#!/bin/sh
# Starts PostgreSQL. The image holds no coreutils, so this is built-ins of dash and PostgreSQL's own programs only.
set -eu
umask 077

secrets=/run/secrets
config=/etc/postgresql/postgresql.conf

stop_because() {
    printf 'FATAL:  %s\n' "$1"
    exit 78
}

for name in postgres_password postgres_roles postgres_exporter_password tls.crt tls.key; do
    [ -r "$secrets/$name" ] || stop_because "$secrets/$name is missing or unreadable; make it with: ./nox -s secrets / 파일이 없거나 읽을 수 없습니다. ./nox -s secrets 로 만드세요"
done

# PostgreSQL refuses a key that others may read, and Compose ignores the mode asked for.
while IFS= read -r line; do
    printf '%s\n' "$line"
done <"$secrets/tls.key" >/tmp/tls.key

# A cluster counts once its `ready` file is written. A first start that was cut off leaves one without:
# nothing here can delete it, so the next number is taken.
number=1
while [ -d "/var/lib/postgresql/data-$number" ] && [ ! -e "/var/lib/postgresql/data-$number/ready" ]; do
    printf 'WARNING:  data-%s is left from a first start that was cut off; it holds nothing and may be deleted\n' "$number"
    number=$((number + 1))
done
export PGDATA="/var/lib/postgresql/data-$number"

if [ ! -d "$PGDATA" ]; then
    printf 'LOG:  making a new cluster in %s\n' "$PGDATA"
    # Its output is of use only when it fails; otherwise it warns of locales that the image leaves out on purpose.
    initdb --username=postgres --pwfile="$secrets/postgres_password" --auth-local=peer --auth-host=scram-sha-256 \
        --encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 \
        --data-checksums --no-instructions >/tmp/initdb.log 2>&1 || {
        while IFS= read -r line; do
            printf '%s\n' "$line"
        done </tmp/initdb.log
        stop_because 'initdb failed; the lines above say why / initdb가 실패했습니다. 위의 로그를 확인하세요'
    }
fi

# Roles and databases are looked after before the port opens, so that nobody sees them half made; on another
# port number, which names the socket, so that the health check does not see it either.
pg_ctl start -s -w -t 600 -o "-c config_file=$config -c listen_addresses='' -c port=5433"

sql() {
    psql -X -q -p 5433 -o /dev/null -v ON_ERROR_STOP=1 "$@"
}

IFS= read -r password <"$secrets/postgres_exporter_password" || [ -n "$password" ]
sql -d postgres <<SQL
-- Statements with a password in them must reach neither the log nor pg_stat_statements.
SET log_min_error_statement = panic;
SET pg_stat_statements.track = none;
SET client_min_messages = warning;
SELECT 'CREATE ROLE exporter LOGIN CONNECTION LIMIT 5' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'exporter') \gexec
ALTER ROLE exporter PASSWORD '$password';
GRANT pg_monitor TO exporter;
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE postgres TO exporter;
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
SQL

while read -r team password; do
    case "$team$password" in
    '' | *[!a-z0-9-]*) stop_because "$secrets/postgres_roles has a line that is not TEAM PASSWORD; delete the file and run: ./nox -s secrets / 잘못된 줄이 있습니다. 파일을 지우고 ./nox -s secrets 를 실행하세요" ;;
    esac
    # `:"team"` and `:'team'` quote: a hyphen is allowed in a team's name.
    sql -d postgres -v team="$team" <<SQL
SET log_min_error_statement = panic;
SET pg_stat_statements.track = none;
SET client_min_messages = warning;
SELECT format('CREATE ROLE %I LOGIN CONNECTION LIMIT 60', :'team')
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'team') \gexec
ALTER ROLE :"team" PASSWORD '$password';
SELECT format('CREATE DATABASE %I OWNER %I', :'team', :'team')
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'team') \gexec
REVOKE ALL ON DATABASE :"team" FROM PUBLIC;
SQL
    sql -d "$team" <<SQL
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
SQL
done <"$secrets/postgres_roles"

pg_ctl stop -s -w -t 600 -m fast

if [ ! -e "$PGDATA/ready" ]; then
    : >"$PGDATA/ready"
    # The file above must not be lost by a power cut that keeps the rest.
    initdb --sync-only >/dev/null
fi

exec postgres -c config_file="$config"
