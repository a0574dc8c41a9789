#!/bin/sh
# The command of a whole host's installation: asked about the file of a service, it finds that one's archive and secrets.
case " $* " in
  " run "*) ;; # a second agent beside the service gets no hold of them
  " watch "*)
    # the variables of tocsin-watch.service, taken as they stand
    if [ -z "${TOCSIN_WATCH_URL-}" ] && [ -r /etc/tocsin/watch.env ]; then
      while IFS= read -r line; do
        case $line in [A-Z]*=*) export "$line" ;; esac
      done </etc/tocsin/watch.env
    fi
    export CREDENTIALS_DIRECTORY="${CREDENTIALS_DIRECTORY-/etc/tocsin/credentials}"
    ;;
  *)
    for word in "$@"; do
      case $word in
        /etc/tocsin/routes.yaml) name=tocsin ;;
        /etc/tocsin-*/routes.yaml) name=${word#/etc/} name=${name%/routes.yaml} ;;
        *) continue ;;
      esac
      export STATE_DIRECTORY="${STATE_DIRECTORY-/var/lib/$name}"
      export CREDENTIALS_DIRECTORY="${CREDENTIALS_DIRECTORY-/etc/$name/credentials}"
    done
    ;;
esac
exec /opt/tocsin/.venv/bin/tocsin "$@"
