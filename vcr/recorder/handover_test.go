package recorder_test

import (
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// A handover is an origin, and the transport to it, that sends a part only when
// the caller has seen all parts before it and waits for more.
type handover struct {
	contentType string
	parts       []string
	length      string // the header Content-Length; "" for chunks

	seen    atomic.Int64  // by the caller
	waiting chan struct{} // the caller is reading
	over    chan struct{} // all was sent
}

// longEnough is a wait that makes a boundary.
const longEnough = 2 * time.Millisecond

func newHandover(contentType string, parts []string) *handover {
	return &handover{contentType: contentType, parts: parts, waiting: make(chan struct{}), over: make(chan struct{})}
}

func (h *handover) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer close(h.over)
	w.Header().Set("Content-Type", h.contentType)
	if h.length != "" {
		w.Header().Set("Content-Length", h.length)
	}
	w.WriteHeader(http.StatusOK)
	sent := 0
	for _, part := range h.parts {
		_ = http.NewResponseController(w).Flush()
		for asked := false; !asked; asked = h.seen.Load() == int64(sent) {
			select {
			case <-h.waiting:
			case <-r.Context().Done():
				return
			}
		}
		time.Sleep(longEnough)
		_, _ = io.WriteString(w, part)
		sent += len(part)
	}
}

func (h *handover) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err == nil {
		resp.Body = &handedBody{resp.Body, h}
	}
	return resp, err
}

// A handedBody tells when it is read.
type handedBody struct {
	io.ReadCloser
	h *handover
}

func (b *handedBody) Read(p []byte) (int, error) {
	select {
	case b.h.waiting <- struct{}{}:
	case <-b.h.over:
	}
	return b.ReadCloser.Read(p)
}

// record reads all parts with a buffer while they are recorded, and returns what
// each read gave.
func (h *handover) record(t *testing.T, d *deck, cfg recorder.Config, buffer int) []string {
	t.Helper()
	cfg.Base = h
	s := d.open(cfg)
	resp := d.start(s)
	reads := readParts(t, resp.Body, buffer, func(n int) { h.seen.Add(int64(n)) })
	equal(t, "closing", resp.Body.Close(), nil)
	d.end(s, recorder.Passed)
	return reads
}

// replayParts returns what each read of the recorded body gives.
func (d *deck) replayParts(cfg recorder.Config, buffer int) []string {
	d.t.Helper()
	cfg.Mode, cfg.Base = recorder.None, unreachable(d.t)
	resp := d.start(d.open(cfg))
	defer func() { _ = resp.Body.Close() }()
	return readParts(d.t, resp.Body, buffer, func(int) {})
}

func readParts(t *testing.T, body io.Reader, size int, seen func(int)) []string {
	t.Helper()
	var parts []string
	buffer := make([]byte, size)
	for {
		n, err := body.Read(buffer)
		if n > 0 {
			parts = append(parts, string(buffer[:n]))
			seen(n)
		}
		if err == io.EOF {
			return parts
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
