"""Two SSL contexts, made once: loading the CA bundle costs some 30 ms of CPU, too much for every connection."""

import ssl
from functools import cache


@cache
def strict() -> ssl.SSLContext:
    """Verifies against the CA bundle that requests ships; the environment has no say in it."""
    import certifi

    return ssl.create_default_context(cafile=certifi.where())


@cache
def lax() -> ssl.SSLContext:
    """Encrypts without verifying: for endpoints whose URL says `verify=no`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def context_for(is_verified: bool) -> ssl.SSLContext:
    return strict() if is_verified else lax()
