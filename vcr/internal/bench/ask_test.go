package bench_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/peer"
)

var shelf peer.Shelf

func TestMain(m *testing.M) { os.Exit(withShelf(m.Run)) }

func withShelf(run func() int) int {
	var err error
	if shelf, err = peer.OpenShelf(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer shelf.Close()
	return run()
}

// A send sends a request through a session.
type send func(*http.Request) (*http.Response, error)

// byClient sends as callers do, byTransport without what http.Client adds.
func byClient(d *peer.Session) send    { return d.Client().Do }
func byTransport(d *peer.Session) send { return d.Transport.RoundTrip }

// ask sends the request of an exchange and reads the response to its end, in pieces
// as large as a client's buffer.
func ask(send send, e *exchange.Exchange, buffer []byte) error {
	req, err := e.Request()
	if err != nil {
		return err
	}
	resp, err := send(req)
	if err != nil {
		return err
	}
	read, err := drain(resp.Body, buffer)
	if closing := resp.Body.Close(); err == nil {
		err = closing
	}
	if err == nil && (resp.StatusCode != http.StatusOK || read != len(e.Response.Body)) {
		err = fmt.Errorf("got status %d and %d bytes, want 200 and %d", resp.StatusCode, read, len(e.Response.Body))
	}
	return err
}

// askAll sends the requests of exchanges one after another.
func askAll(send send, exchanges []exchange.Exchange, buffer []byte) error {
	for n := range exchanges {
		if err := ask(send, &exchanges[n], buffer); err != nil {
			return err
		}
	}
	return nil
}

// drain reads everything. It does not use io.WriterTo, because a reader of memory
// would then copy nothing.
func drain(r io.Reader, buffer []byte) (int, error) {
	read := 0
	for {
		n, err := r.Read(buffer)
		read += n
		if err == io.EOF {
			return read, nil
		}
		if err != nil {
			return read, err
		}
	}
}

func newBuffer() []byte { return make([]byte, 32<<10) }

// run runs a benchmark for each peer, with the names that benchstat pivots on.
func run[P interface{ Name() string }](b *testing.B, data string, peers []P, measure func(*testing.B, P)) {
	b.Run("data="+data, func(b *testing.B) {
		for _, p := range peers {
			b.Run("peer="+p.Name(), func(b *testing.B) {
				b.ReportAllocs()
				measure(b, p)
			})
		}
	})
}

// without returns the peers that have none of the names.
func without[P interface{ Name() string }](peers []P, names ...string) []P {
	var rest []P
	for _, p := range peers {
		kept := true
		for _, name := range names {
			kept = kept && p.Name() != name
		}
		if kept {
			rest = append(rest, p)
		}
	}
	return rest
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
