"""A gRPC server of grpcio, without generated code: server.py PORT [WORDS]..

Each argument says what one call is answered; each call beyond is answered with
a user whose name tells the calls so far.

    unavailable    fails with UNAVAILABLE
    pushback X     the same, with `grpc-retry-pushback-ms: X` in the trailers
    exhausted X    RESOURCE_EXHAUSTED, with X as above
    stall          does not answer
"""

import sys
import threading
from concurrent import futures

import grpc

script = sys.argv[2:]
seen = []
lock = threading.Lock()


def answer(request, context):
    metadata = dict(context.invocation_metadata())
    left = context.time_remaining()
    previous = metadata.get("grpc-previous-rpc-attempts", "-")
    # What has no deadline says so by a very long time.
    remaining = "-" if left is None or left > 1e6 else str(max(0, int(left * 1000)))
    with lock:
        seen.append(f"{previous},{remaining}")
        name = " ".join(seen)
        words = script.pop(0).split() if script else ["user"]
    if words[0] == "stall":
        threading.Event().wait()
    if len(words) > 1:
        context.set_trailing_metadata((("grpc-retry-pushback-ms", words[1]),))
    if words[0] in ("unavailable", "pushback"):
        context.abort(grpc.StatusCode.UNAVAILABLE, "told to")
    if words[0] == "exhausted":
        context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "told to")
    return user(name.encode())


def user(name):
    """users.v1.User { name }: the tag of field 2, the length, the bytes."""
    length, size = len(name), b""
    while length > 127:
        size += bytes([length & 127 | 128])
        length >>= 7
    return b"\x12" + size + bytes([length]) + name


def main():
    handler = grpc.unary_unary_rpc_method_handler(answer)
    methods = {"Get": handler, "Rename": handler, "Create": handler}
    service = grpc.method_handlers_generic_handler("users.v1.Users", methods)
    server = grpc.server(futures.ThreadPoolExecutor(16))
    server.add_generic_rpc_handlers((service,))
    port = server.add_insecure_port(f"127.0.0.1:{sys.argv[1]}")
    server.start()
    print(port, flush=True)
    server.wait_for_termination()


main()
