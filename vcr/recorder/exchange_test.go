package recorder_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
)

// An exchange is a request, the bytes of its answer, and how the caller reads that.
type exchange struct {
	method, path, accepts string
	sent                  string
	unknown               bool // the length of what is sent is not known
	answer                wireAnswer
	reader                reader
}

func (e exchange) request() *http.Request {
	var body io.Reader
	if e.sent != "" {
		body = strings.NewReader(e.sent)
	}
	if e.unknown {
		body = struct{ io.Reader }{body}
	}
	req, err := http.NewRequest(e.method, "http://api.example.com"+e.path, body)
	if err != nil {
		panic(err)
	}
	if e.accepts != "" {
		req.Header.Set("Accept-Encoding", e.accepts)
	}
	return req
}

// A chance makes exchanges: the same ones from the same seed.
type chance struct{ *rand.Rand }

func pick[T any](c chance, values ...T) T { return values[c.IntN(len(values))] }

func (c chance) exchange(n int) exchange {
	e := exchange{
		method: pick(c, "GET", "GET", "GET", "POST", "POST", "PUT", "DELETE", "HEAD", "BREW"),
		path:   fmt.Sprintf("/%d?q=%d", n, c.IntN(10)),
	}
	if e.method != "GET" && e.method != "HEAD" && c.IntN(4) > 0 {
		e.sent, e.unknown = string(c.body(c.kind())), c.IntN(4) == 0
		e.unknown = e.unknown && e.sent != ""
	}
	e.accepts = pick(c, "", "", "gzip", "identity")
	r := c.response(e.method, e.accepts != "identity")
	e.answer = r.answer(c)
	e.reader = reader{buffer: pick(c, 1, 7, 512, 32<<10, 1<<20)}
	if ended := c.IntN(8); ended == 0 {
		e.answer = c.cut(e.answer, r.head)
	} else if ended == 1 && len(r.body) > 0 && !r.coded {
		e.reader.closes, e.reader.after = true, c.IntN(len(r.body))
	}
	return e
}

// cut breaks an answer off: mostly in the body, now and then before.
func (c chance) cut(answer wireAnswer, head int) wireAnswer {
	all := strings.Join(answer.parts, "")
	if c.IntN(8) > 0 && head < len(all) {
		return wireAnswer{parts: []string{all[:head], all[head : head+c.IntN(len(all)-head)]}, hangUp: true}
	}
	return wireAnswer{parts: []string{all[:c.IntN(head)]}, hangUp: true}
}

// kind names one of the media types that are treated in a way of their own.
func (c chance) kind() string {
	return pick(c, "application/json", "text/plain; charset=utf-8", "application/octet-stream", "text/event-stream", "application/x-ndjson", "")
}

func (c chance) body(kind string) []byte {
	var b bytes.Buffer
	parts := pick(c, 0, 1, 1, 2, 5, 40)
	switch kind {
	case "application/json":
		fmt.Fprintf(&b, `{"n": %d, "list" : [`, c.IntN(100))
		for n := range parts {
			fmt.Fprintf(&b, `{"text":%q,"x":1.50},`, fmt.Sprint("line\n", n))
		}
		b.WriteString(pick(c, `0]}`, "0]}\n", "0]")) // not always JSON
	case "text/event-stream", "application/x-ndjson":
		for n := range parts {
			fmt.Fprintf(&b, pick(c, "data: {\"n\":%d}\n\n", "data: %d\r\n\r\n", "{\"n\":%d}\n", "event: %d\n"), n)
		}
	case "application/octet-stream":
		for range parts * c.IntN(100) {
			b.WriteByte(byte(c.Uint32()))
		}
	default:
		for range parts * 3 {
			b.WriteString(pick(c, "\n", "\r\n", "---\n", " ", "\t", "grüße ", "a: b", "#", "\"", "\u2028", "🙂", "\x00", "\xff", "{}", "word "))
		}
	}
	return b.Bytes()
}

func compress(body []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(body)
	_ = z.Close()
	return b.Bytes()
}
