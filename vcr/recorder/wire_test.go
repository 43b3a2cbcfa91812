package recorder_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"testing"
)

// A wire is a server that answers with bytes as they are, over connections
// within the process.
type wire struct {
	answer func(*http.Request) wireAnswer
}

// A wireAnswer is written part by part; hangUp closes the connection then.
type wireAnswer struct {
	parts  []string
	hangUp bool
}

// transport returns the real transport over connections to the wire.
func (w *wire) transport(t *testing.T) *http.Transport {
	transport := &http.Transport{
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe()
			go w.serve(server)
			return client, nil
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

func (w *wire) serve(connection net.Conn) {
	defer func() { _ = connection.Close() }()
	reader := bufio.NewReader(connection)
	for {
		req, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		if _, err := io.Copy(io.Discard, req.Body); err != nil {
			return
		}
		answer := w.answer(req)
		for _, part := range answer.parts {
			if _, err := io.WriteString(connection, part); err != nil {
				return
			}
		}
		if answer.hangUp {
			return
		}
	}
}

// unreachable fails the test when something is sent.
func unreachable(t *testing.T) http.RoundTripper {
	return roundTrip(func(req *http.Request) (*http.Response, error) {
		t.Errorf("%s %s was sent", req.Method, req.URL)
		return nil, errBroken
	})
}
