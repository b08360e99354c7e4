# What tests/with-mariadb and tests/galera-node share; both source it.

# Debian keeps servers where only root looks.
PATH="$PATH:/usr/sbin:/usr/local/sbin"

as_root=()
if [ "$(id -u)" -eq 0 ]; then
    as_root=(--user=root)
fi
as_whom=()

# need PROGRAM PACKAGE: ends where the program is not installed.
need() {
    if ! command -v "$1" >/dev/null; then
        echo "${0##*/}: $1 is not installed (Debian, Ubuntu: apt-get install $2)" >&2
        exit 127
    fi
}

# Whether somebody listens on this port.
is_taken() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# make_data FOLDER: an empty server in FOLDER/data, where root has no password, and needs none over TCP either.
# Servers that start at once would fall over each other's files in /tmp.
make_data() {
    if ! TMPDIR="$1" mariadb-install-db --no-defaults "${as_root[@]}" --datadir="$1/data" \
        --auth-root-authentication-method=normal --skip-test-db >"$1/install.log" 2>&1; then
        cat "$1/install.log" >&2
        exit 1
    fi
}

# What every server is started with on this folder: safe on disk, as the server's start-up check demands.
mariadbd_options() {
    options=(--no-defaults "${as_root[@]}" --datadir="$1/data" --socket="$1/socket" --pid-file="$1/pid" --tmpdir="$1"
        --bind-address=127.0.0.1 --skip-name-resolve --max-connections=1000 --open-files-limit=8192
        --innodb-flush-log-at-trx-commit=1 --innodb-doublewrite=ON --innodb-log-file-size=64M)
}

# start_server FOLDER OPTION…: starts a server, whose process is then in `server`.
# It has a session of its own, so that Ctrl-C reaches the command and not the server under it, and it is told to stop
# when this script dies without a chance to say so.
start_server() {
    local folder=$1
    shift
    mariadbd_options "$folder"
    setsid setpriv --pdeathsig TERM "${as_whom[@]}" mariadbd "${options[@]}" "$@" \
        >>"$folder/server.log" 2>&1 </dev/null &
    server=$!
}

command=

end_command() {
    trap '' HUP INT TERM
    if [ -n "$command" ]; then
        kill -TERM "$command" 2>/dev/null || true
        wait "$command" 2>/dev/null || true
    fi
}

# on_any_end CLEAN_UP: ends the command and cleans up when this script ends, also when a signal comes.
on_any_end() {
    trap "end_command; $1" EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

# run_command COMMAND…: runs it to its end, and ends with its exit code.
# In the background, so that a signal to this script is heard at once; `env` gives it back the keyboard's signals,
# which a shell's background commands ignore.
run_command() {
    env --default-signal=INT,QUIT "$@" <&0 &
    command=$!
    local status=0 interrupted=$((128 + $(kill -l USR1)))
    wait "$command" || status=$?
    # A signal that has a trap here ends the waiting and not the command.
    while [ "$status" -eq "$interrupted" ]; do
        status=0
        wait "$command" || status=$?
    done
    command=
    exit "$status"
}
