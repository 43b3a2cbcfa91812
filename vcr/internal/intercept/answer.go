package intercept

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// An answer writes a response so that the transport makes the same response of it: the
// parts of the body one by one, each when the caller asks for it, and the error at its
// end as it is.
type answer struct {
	*http.Response
	connection *pipeEnd
	to         io.Writer     // the connection, or TLS on it
	from       *bufio.Reader // what the transport writes
	method     string
	asksGzip   bool // the transport asked for gzip by itself
	isPlayed   bool // all of it is there

	framing framing
	out     bytes.Buffer // what is written next
	sum     uint32       // of the body, for gzip
	size    int64
}

// A framing says how the end of a body is found.
type framing int

const (
	noBody framing = iota
	byLength
	byChunks
	byClose // of HTTP/1.0
)

// write reports whether the connection can be used again.
func (a *answer) write() bool {
	if a.Body == nil {
		a.Body = http.NoBody
	}
	defer func() { _ = a.Body.Close() }()
	a.head()
	a.isPlayed = a.isPlayed && a.framing == byLength && a.ContentLength <= partSize
	if !a.isPlayed && !a.flush() { // else it goes with the body
		return false
	}
	if a.StatusCode == http.StatusSwitchingProtocols {
		a.tunnel()
		return false
	}
	return (a.framing == noBody || a.writeBody()) && a.framing != byClose && !a.Close
}

func (a *answer) flush() bool {
	_, err := a.to.Write(a.out.Bytes())
	a.out.Reset()
	return err == nil
}

// head writes what comes before the body.
func (a *answer) head() {
	major, minor := a.ProtoMajor, a.ProtoMinor
	if major == 0 {
		major, minor = 1, 1
	}
	code := fmt.Sprintf("%03d", a.StatusCode)
	status := strings.NewReplacer("\r", " ", "\n", " ").Replace(a.Status)
	if !strings.HasPrefix(status, code) {
		status = code + " " + http.StatusText(a.StatusCode)
	}
	fmt.Fprintf(&a.out, "HTTP/%d.%d %s\r\n", major, minor, status)
	a.framing = a.framingFor(major, minor)
	_ = a.Header.WriteSubset(&a.out, map[string]bool{"Transfer-Encoding": true, "Trailer": true, "Content-Length": a.framing != noBody})
	switch a.framing {
	case byLength:
		fmt.Fprintf(&a.out, "Content-Length: %d\r\n", a.ContentLength)
	case byChunks:
		a.out.WriteString("Transfer-Encoding: chunked\r\n")
		if len(a.Trailer) > 0 {
			fmt.Fprintf(&a.out, "Trailer: %s\r\n", strings.Join(slices.Sorted(maps.Keys(a.Trailer)), ", "))
		}
	}
	if a.Close && a.Header.Get("Connection") == "" && major == 1 && minor == 1 {
		a.out.WriteString("Connection: close\r\n")
	}
	if a.asksGzip = a.asksGzip && a.Uncompressed && a.framing == byChunks; a.asksGzip {
		a.out.WriteString("Content-Encoding: gzip\r\n")
	}
	a.out.WriteString("\r\n")
}

func (a *answer) framingFor(major, minor int) framing {
	switch code := a.StatusCode; {
	case a.method == http.MethodHead, code < 200, code == http.StatusNoContent, code == http.StatusNotModified:
		return noBody
	case a.ContentLength >= 0 && len(a.Trailer) == 0:
		return byLength
	case major == 1 && minor == 0:
		return byClose
	}
	return byChunks
}

// tunnel passes on what both sides say after a switch to another protocol.
func (a *answer) tunnel() {
	service, ok := a.Body.(io.ReadWriter)
	if !ok {
		return
	}
	go func() {
		_, _ = io.Copy(service, a.from)
		_ = a.Body.Close()
	}()
	_, _ = io.Copy(a.to, service)
}

const partSize = 32 << 10

var parts = sync.Pool{New: func() any { return new([partSize]byte) }}

// writeBody reports whether it wrote the whole body.
func (a *answer) writeBody() bool {
	buffer := parts.Get().(*[partSize]byte)
	defer parts.Put(buffer)
	if a.asksGzip {
		a.chunk([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff})
	}
	for {
		if !a.isPlayed && !a.connection.awaitReader() {
			return false
		}
		n, err := a.Body.Read(buffer[:])
		if a.part(buffer[:n]); err == nil && a.framing == byLength && a.size == a.ContentLength {
			// The caller may go on without a look at what comes after the last byte.
			_, err = a.Body.Read(buffer[:1])
		}
		switch {
		case err == io.EOF:
			a.end()
			return a.flush() && (a.framing != byLength || a.size == a.ContentLength)
		case err != nil:
			if a.flush() {
				a.connection.fail(err)
			}
			return false
		case n > 0 && !a.isPlayed && !a.flush():
			return false
		}
	}
}

// part frames a part of the body.
func (a *answer) part(p []byte) {
	if a.framing == byLength && a.size+int64(len(p)) > a.ContentLength {
		p = p[:a.ContentLength-a.size]
	}
	if len(p) == 0 {
		return
	}
	a.size += int64(len(p))
	switch {
	case a.asksGzip:
		a.sum = crc32.Update(a.sum, crc32.IEEETable, p)
		block := append(storedBlock(len(p)), p...)
		a.chunk(append(block, storedBlock(0)...)) // an empty block gives the reader what came before
	case a.framing == byChunks:
		a.chunk(p)
	default:
		a.out.Write(p)
	}
}

// storedBlock returns the head of a block of gzip that is not compressed.
func storedBlock(size int) []byte {
	head := binary.LittleEndian.AppendUint16([]byte{0}, uint16(size))
	return binary.LittleEndian.AppendUint16(head, ^uint16(size))
}

func (a *answer) chunk(p []byte) {
	a.out.WriteString(strconv.FormatInt(int64(len(p)), 16))
	a.out.WriteString("\r\n")
	a.out.Write(p)
	a.out.WriteString("\r\n")
}

// end writes what comes after the body.
func (a *answer) end() {
	if a.framing != byChunks {
		return
	}
	if a.asksGzip {
		last := storedBlock(0)
		last[0] = 1
		last = binary.LittleEndian.AppendUint32(last, a.sum)
		a.chunk(binary.LittleEndian.AppendUint32(last, uint32(a.size)))
	}
	a.out.WriteString("0\r\n")
	_ = a.Trailer.Write(&a.out)
	a.out.WriteString("\r\n")
}
