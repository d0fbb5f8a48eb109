"""A mail server for the tests: aiosmtpd, told what to do by its arguments. Prints its port, then each message, one JSON a line."""

import argparse
import asyncio
import base64
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

parser = argparse.ArgumentParser()
parser.add_argument("--certificate")
parser.add_argument("--key")
parser.add_argument("--starttls", action="store_true")
parser.add_argument("--user")
parser.add_argument("--password")
parser.add_argument("--answer", help="what is said instead of taking a message")
parser.add_argument("--silent", action="store_true", help="takes a message and never says so")
parser.add_argument("--lingers", action="store_true", help="never answers a goodbye")
arguments = parser.parse_args()


def tell(**what):
    print(json.dumps(what), flush=True)


class Handler:
    async def handle_DATA(self, server, session, envelope):
        tell(
            sender=envelope.mail_from,
            recipients=envelope.rcpt_tos,
            content=base64.b64encode(envelope.original_content).decode(),
            encrypted=session.ssl is not None or arguments.certificate is not None and not arguments.starttls,
            user=session.auth_data.login.decode() if session.auth_data else None,
            hello=session.host_name,
        )
        if arguments.silent:
            await asyncio.sleep(3600)
        return arguments.answer or "250 2.0.0 taken"

    async def handle_QUIT(self, server, session, envelope):
        if arguments.lingers:
            await asyncio.sleep(3600)
        return "221 bye"


def authenticate(server, session, envelope, mechanism, data):
    right = (
        isinstance(data, LoginPassword)
        and data.login.decode() == arguments.user
        and data.password.decode() == arguments.password
    )
    # Not handled: the server says so itself.
    return AuthResult(success=right, handled=False, auth_data=data if right else None)


context = None
if arguments.certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(arguments.certificate, arguments.key)


def session():
    return SMTP(
        Handler(),
        hostname="mail.test",
        tls_context=context if arguments.starttls else None,
        require_starttls=arguments.starttls,
        authenticator=authenticate if arguments.user else None,
        auth_required=bool(arguments.user),
        # An encrypted connection is one from its beginning too, which this server does not know of.
        auth_require_tls=arguments.starttls,
    )


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        session, "127.0.0.1", 0, ssl=None if arguments.starttls else context
    )
    tell(port=server.sockets[0].getsockname()[1])
    # Ends with whoever started it.
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main())
