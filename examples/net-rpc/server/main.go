// A net/rpc server that speaks JSON-RPC, and has bad days on demand.
//
//	server [-listen 127.0.0.1:0] [-idle 200ms]
//
// Its first line of output is the address it listens on. Users is the service;
// Faults tells the server how to misbehave, and what it has seen.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"
	"sync/atomic"
	"time"
)

var (
	calls, halves, stalls, open int64
	idle                        = flag.Duration("idle", 0, "close connections that are idle for so long; 0 never does")
	listen                      = flag.String("listen", "127.0.0.1:0", "address to listen on")
)

type User struct {
	ID   int
	Name string
}

type Users struct{}

func (Users) Get(id int, user *User) error {
	return find(id, user)
}

func (Users) Create(name string, user *User) error {
	return find(len(name), user)
}

func find(id int, user *User) error {
	atomic.AddInt64(&calls, 1)
	if take(&stalls) {
		time.Sleep(time.Hour)
	}
	if id == 99 {
		return errors.New("no such user")
	}
	*user = User{ID: id, Name: "Grace"}
	return nil
}

type Faults struct{}

// Half cuts the next n answers of Users in the middle, and hangs up.
func (Faults) Half(n int64, done *bool) error {
	atomic.StoreInt64(&halves, n)
	*done = true
	return nil
}

// Stall lets the next n calls of Users wait for ever.
func (Faults) Stall(n int64, done *bool) error {
	atomic.StoreInt64(&stalls, n)
	*done = true
	return nil
}

// Calls is how often a method of Users was executed.
func (Faults) Calls(_ int, n *int64) error {
	*n = atomic.LoadInt64(&calls)
	return nil
}

// Open is the number of connections that are open.
func (Faults) Open(_ int, n *int64) error {
	*n = atomic.LoadInt64(&open)
	return nil
}

// take counts down, but not below zero.
func take(counter *int64) bool {
	for {
		n := atomic.LoadInt64(counter)
		if n <= 0 {
			return false
		}
		if atomic.CompareAndSwapInt64(counter, n, n-1) {
			return true
		}
	}
}

// connection is a net.Conn that can be idle for too long, or end in the middle
// of an answer.
type connection struct {
	net.Conn
}

func (c connection) Read(p []byte) (int, error) {
	if *idle > 0 {
		if err := c.SetReadDeadline(time.Now().Add(*idle)); err != nil {
			return 0, err
		}
	}
	return c.Conn.Read(p)
}

func (c connection) Write(p []byte) (int, error) {
	// The answer to Faults.Half itself is shorter than any user.
	if len(p) > 40 && take(&halves) {
		n, _ := c.Conn.Write(p[:len(p)/2])
		c.Conn.Close()
		return n, errors.New("cut in the middle")
	}
	return c.Conn.Write(p)
}

func main() {
	flag.Parse()
	for _, service := range []interface{}{Users{}, Faults{}} {
		if err := rpc.Register(service); err != nil {
			log.Fatal(err)
		}
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr())
	for {
		conn, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		atomic.AddInt64(&open, 1)
		go func() {
			jsonrpc.ServeConn(connection{conn})
			atomic.AddInt64(&open, -1)
		}()
	}
}
