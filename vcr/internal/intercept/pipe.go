package intercept

import (
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// A pipeEnd is one end of a connection in memory. Unlike those of net.Pipe, it keeps
// what was written until it is read, it can end with any error, and it knows whether
// somebody reads at the other end.
type pipeEnd struct {
	in, out *half
	address laneAddress
	closed  func() // called after Close; nil for nothing
}

// newPipe returns both ends.
func newPipe(address laneAddress) (client, server *pipeEnd) {
	up, down := newHalf(), newHalf()
	return &pipeEnd{in: down, out: up, address: address}, &pipeEnd{in: up, out: down, address: address}
}

func (e *pipeEnd) Read(p []byte) (int, error)  { return e.in.read(p) }
func (e *pipeEnd) Write(p []byte) (int, error) { return e.out.write(p) }

func (e *pipeEnd) Close() error {
	e.in.leave(net.ErrClosed)
	e.out.end(io.EOF)
	if e.closed != nil {
		e.closed()
	}
	return nil
}

// fail lets the other end read an error once it has read the rest, and takes whatever
// that still writes.
func (e *pipeEnd) fail(err error) {
	e.in.drain()
	e.out.end(err)
}

// awaitReader returns when the other end has read everything and waits for more. It
// reports false if nobody will read any more.
func (e *pipeEnd) awaitReader() bool { return e.out.awaitReader() }

// whenLeft calls a function, at once or later, when the other end closes. The function
// that it returns ends the watch.
func (e *pipeEnd) whenLeft(do func()) (stop func()) { return e.out.whenLeft(do) }

func (e *pipeEnd) LocalAddr() net.Addr  { return e.address }
func (e *pipeEnd) RemoteAddr() net.Addr { return e.address }

func (e *pipeEnd) SetDeadline(t time.Time) error {
	_ = e.SetReadDeadline(t)
	return e.SetWriteDeadline(t)
}

func (e *pipeEnd) SetReadDeadline(t time.Time) error {
	e.in.reading.set(e.in, t)
	return nil
}

func (e *pipeEnd) SetWriteDeadline(t time.Time) error {
	e.out.writing.set(e.out, t)
	return nil
}

// mostBuffered is how many bytes a half holds until somebody reads them.
const mostBuffered = 64 << 10

// A half is one direction of a pipe.
type half struct {
	mu      sync.Mutex // guards what follows
	changed *sync.Cond

	buffer           []byte
	from             int    // where the unread part of buffer starts
	ended            error  // what the reader reads after that; nil while more may come
	left             error  // what the writer is told, since nobody reads any more
	drained          bool   // what is written is thrown away
	isRead           bool   // somebody waits for more
	onLeft           func() // called once the reader has left; nil for nothing
	reading, writing deadline
}

func newHalf() *half {
	h := new(half)
	h.changed = sync.NewCond(&h.mu)
	return h
}

func (h *half) unread() int { return len(h.buffer) - h.from }

func (h *half) read(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for h.unread() == 0 {
		switch {
		case h.left != nil:
			return 0, h.left
		case h.ended != nil:
			return 0, h.ended
		case h.reading.isOver:
			return 0, os.ErrDeadlineExceeded
		case len(p) == 0:
			return 0, nil
		}
		h.isRead = true
		h.changed.Broadcast()
		h.changed.Wait()
	}
	h.isRead = false
	n := copy(p, h.buffer[h.from:])
	if h.from += n; h.unread() == 0 {
		h.buffer, h.from = h.buffer[:0], 0
	}
	h.changed.Broadcast()
	return n, nil
}

func (h *half) write(p []byte) (written int, _ error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		switch {
		case h.drained:
			return written + len(p), nil
		case h.left != nil:
			return written, io.ErrClosedPipe
		case h.ended != nil:
			return written, net.ErrClosed
		case h.writing.isOver:
			return written, os.ErrDeadlineExceeded
		}
		n := min(len(p), mostBuffered-h.unread())
		if n > 0 {
			h.buffer = append(h.buffer, p[:n]...)
			written, p = written+n, p[n:]
			h.changed.Broadcast()
		}
		if len(p) == 0 {
			return written, nil
		}
		h.changed.Wait()
	}
}

func (h *half) awaitReader() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for !(h.isRead && h.unread() == 0) && h.left == nil && h.ended == nil {
		h.changed.Wait()
	}
	return h.left == nil && h.ended == nil
}

// end is called by the writer. The first error counts.
func (h *half) end(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ended == nil {
		h.ended = err
	}
	h.changed.Broadcast()
}

// leave is called by the reader.
func (h *half) leave(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.left, h.buffer, h.from = err, nil, 0
	h.changed.Broadcast()
	if h.onLeft != nil {
		h.onLeft()
	}
}

func (h *half) whenLeft(do func()) (stop func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.left != nil {
		do()
	}
	h.onLeft = do
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.onLeft = nil
	}
}

func (h *half) drain() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drained, h.buffer, h.from = true, nil, 0
	h.changed.Broadcast()
}

// A deadline ends the calls of one side of a half.
type deadline struct {
	timer  *time.Timer
	isOver bool
}

func (d *deadline) set(h *half, t time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
	wait := time.Until(t)
	if d.isOver = !t.IsZero() && wait <= 0; !t.IsZero() && wait > 0 {
		var timer *time.Timer
		timer = time.AfterFunc(wait, func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			d.isOver = d.isOver || d.timer == timer
			h.changed.Broadcast()
		})
		d.timer = timer
	}
	h.changed.Broadcast()
}
