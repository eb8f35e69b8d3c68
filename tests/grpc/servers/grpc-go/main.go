// A gRPC server of grpc-go, without generated code: main PORT [WORDS]..
//
// Each argument says what one call is answered, of whatever method; each call
// beyond is answered well. See ../server.py for the words.
package main

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// Messages are passed as the bytes that they are.
type raw struct{}

func (raw) Marshal(v interface{}) ([]byte, error) { return *(v.(*[]byte)), nil }

func (raw) Unmarshal(data []byte, v interface{}) error {
	*(v.(*[]byte)) = append([]byte(nil), data...)
	return nil
}

func (raw) String() string { return "raw" }

var (
	lock   sync.Mutex
	script = os.Args[2:]
	log    []string
)

func next(stream grpc.ServerStream) []string {
	previous := "-"
	if md, ok := metadata.FromIncomingContext(stream.Context()); ok {
		if told := md.Get("grpc-previous-rpc-attempts"); len(told) > 0 {
			previous = told[0]
		}
	}
	lock.Lock()
	defer lock.Unlock()
	log = append(log, previous)
	word := "ok"
	if len(script) > 0 {
		word, script = script[0], script[1:]
	}
	return strings.Fields(word)
}

func say(format string, args ...interface{}) {
	lock.Lock()
	defer lock.Unlock()
	log = append(log, fmt.Sprintf(format, args...))
}

func number(word string) int {
	n, err := strconv.Atoi(word)
	if err != nil {
		panic(err)
	}
	return n
}

// lab.v1.Msg { n, pad }.
func message(n int, pad string) *[]byte {
	bytes := []byte{0x08, byte(n), 0x12}
	length := len(pad)
	for ; length > 127; length >>= 7 {
		bytes = append(bytes, byte(length&127|128))
	}
	bytes = append(append(bytes, byte(length)), pad...)
	return &bytes
}

func unavailable() error { return status.Error(codes.Unavailable, "by script") }

func answer(_ interface{}, stream grpc.ServerStream) error {
	words := next(stream)
	count, most := 0, -1
	switch words[0] {
	case "unavailable":
		return unavailable()
	case "pushback":
		stream.SetTrailer(metadata.Pairs("grpc-retry-pushback-ms", words[1]))
		return unavailable()
	case "broken":
		if err := stream.SendMsg(message(1, "")); err != nil {
			return err
		}
		return unavailable()
	case "stall":
		<-stream.Context().Done()
		say("dropped")
		return stream.Context().Err()
	case "slow":
		time.Sleep(time.Duration(number(words[1])) * time.Millisecond)
	case "exit":
		os.Exit(1)
	case "after":
		most = number(words[1])
	}
	for count != most {
		var request []byte
		if err := stream.RecvMsg(&request); err != nil {
			if err.Error() == "EOF" {
				break
			}
			say("cut after %d", count)
			return err
		}
		count++
	}
	if most >= 0 {
		return unavailable()
	}
	say("complete with %d", count)
	lock.Lock()
	told := strings.Join(log, "|")
	lock.Unlock()
	return stream.SendMsg(message(count, told))
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	server := grpc.NewServer(grpc.CustomCodec(raw{}), grpc.UnknownServiceHandler(answer))
	if err := server.Serve(listener); err != nil {
		panic(err)
	}
}
