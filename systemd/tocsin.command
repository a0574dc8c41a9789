#!/bin/sh
# The command of a whole host's installation: asked about the host's own file, it finds the service's archive and secrets.
case " $* " in
  " run "*) ;; # a second agent beside the service gets no hold of them
  *" /etc/tocsin/routes.yaml "*)
    export STATE_DIRECTORY="${STATE_DIRECTORY-/var/lib/tocsin}"
    export CREDENTIALS_DIRECTORY="${CREDENTIALS_DIRECTORY-/etc/tocsin/credentials}"
    ;;
esac
exec /opt/tocsin/.venv/bin/tocsin "$@"
