"""A gRPC server of grpcio, without generated code: server.py PORT [WORDS]..

Each argument says what one call is answered, of whatever method; each call beyond is
answered well, with the number of its messages, and with what was seen so far: for each
call the attempts before it, and how its messages ended.

    unavailable    fails with UNAVAILABLE, at once
    pushback X     the same, with `grpc-retry-pushback-ms: X` in the trailers
    after N        the same, when N messages were read
    broken         one message, then UNAVAILABLE
    slow N         well, after N milliseconds
    stall          no answer
    exit           the server is gone
"""

import os
import sys
import threading
import time
from concurrent import futures

import grpc

script = sys.argv[2:]
log = []
lock = threading.Lock()


def answer(requests, context):
    metadata = dict(context.invocation_metadata())
    with lock:
        log.append(metadata.get("grpc-previous-rpc-attempts", "-"))
        words = script.pop(0).split() if script else ["ok"]
    most = None
    if words[0] == "pushback":
        context.set_trailing_metadata((("grpc-retry-pushback-ms", words[1]),))
    if words[0] in ("unavailable", "pushback"):
        context.abort(grpc.StatusCode.UNAVAILABLE, "by script")
    if words[0] == "broken":
        yield message(1, b"")
        context.abort(grpc.StatusCode.UNAVAILABLE, "by script")
    if words[0] == "stall":
        dropped = threading.Event()
        context.add_callback(dropped.set)
        dropped.wait()
        say("dropped")
        return
    if words[0] == "slow":
        time.sleep(int(words[1]) / 1000)
    if words[0] == "exit":
        os._exit(1)
    if words[0] == "after":
        most = int(words[1])
    count = 0
    try:
        while count != most:
            next(requests)
            count += 1
    except StopIteration:
        # grpcio ends the iterator of a cancelled call like this, too, where it hears of the end
        # before it hears of the reason, which it knows in a moment. Whether the client had ended
        # the requests before that, it cannot tell: the server in Go can.
        if count > 1:
            time.sleep(0.02)
        if not context.is_active():
            say(f"cut after {count}")
            return
    except Exception:
        say(f"cut after {count}")
        raise
    if most is not None:
        context.abort(grpc.StatusCode.UNAVAILABLE, "by script")
    say(f"complete with {count}")
    with lock:
        told = "|".join(log)
    yield message(count, told.encode())


def say(word):
    with lock:
        log.append(word)


def message(n, pad):
    """lab.v1.Msg { n, pad }."""
    length, size = len(pad), b""
    while length > 127:
        size += bytes([length & 127 | 128])
        length >>= 7
    return bytes([0x08, n, 0x12]) + size + bytes([length]) + pad


def main():
    handler = grpc.stream_stream_rpc_method_handler(answer)
    methods = {name: handler for name in ("Get", "Put", "Up", "Down", "Both")}
    service = grpc.method_handlers_generic_handler("lab.v1.Lab", methods)
    server = grpc.server(futures.ThreadPoolExecutor(16))
    server.add_generic_rpc_handlers((service,))
    port = server.add_insecure_port(f"127.0.0.1:{sys.argv[1]}")
    server.start()
    print(port, flush=True)
    server.wait_for_termination()


main()
