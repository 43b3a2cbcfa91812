// Package nameserver sends the look-ups of the scenarios to this machine, where
// nobody answers. It is initialised before vcr, as its path comes first.
package nameserver

import (
	"context"
	"net"
	"sync/atomic"
)

// Asked counts how often the name server was called.
var Asked atomic.Int64

func init() {
	net.DefaultResolver.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
		Asked.Add(1)
		return new(net.Dialer).DialContext(ctx, "udp", "127.0.0.1:1")
	}
}
