package cassette_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// compress makes a body as a server written in Go would.
func compress(t testing.TB, name string, level int, plain string) []byte {
	t.Helper()
	var body bytes.Buffer
	var encoder io.WriteCloser
	var err error
	switch name {
	case "gzip":
		encoder, err = gzip.NewWriterLevel(&body, level)
	case "deflate":
		encoder, err = zlib.NewWriterLevel(&body, level)
	case "raw-deflate":
		encoder, err = flate.NewWriter(&body, level)
	case "br":
		encoder = brotli.NewWriterLevel(&body, level)
	case "zstd":
		encoder, err = zstd.NewWriter(&body, zstd.WithEncoderLevel(zstd.EncoderLevel(level)))
	}
	if err == nil {
		_, err = io.WriteString(encoder, plain)
	}
	if err == nil {
		err = encoder.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return body.Bytes()
}

// encoded is an interaction that says in its header how its body is compressed.
func encoded(contentEncoding string, body []byte) *cassette.Interaction {
	i := get("http://tape.test/", string(body))
	i.Response.Header = http.Header{"Content-Encoding": {contentEncoding}}
	return i
}

const answer = `{"answer":"Paris.\nParis, Texas.","tokens":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]}`

func coded(t testing.TB) *cassette.Cassette {
	i := encoded("gzip", compress(t, "gzip", gzip.BestSpeed, answer))
	i.Request.Header = http.Header{"Content-Encoding": {"br"}}
	i.Request.Body = cassette.NewBody(compress(t, "br", 4, "a\r\nb\r\n"))
	return &cassette.Cassette{Interactions: []*cassette.Interaction{
		i,
		encoded("DEFLATE ", compress(t, "deflate", -1, "event: a\ndata: 1\n\n")),
		encoded("deflate", compress(t, "raw-deflate", 9, "\xff\x00")),
		encoded("zstd", compress(t, "zstd", 1, "")),
		encoded("gzip", compress(t, "gzip", -1, "")),
	}}
}

// Text of some length tells the levels apart; each is found again, or one that
// gives the same bytes.
func TestCodings(t *testing.T) {
	t.Parallel()
	var long strings.Builder
	for n := range 500 {
		long.WriteString(strconv.Itoa(n * n * 7919 % 10007))
		long.WriteString(" lorem ipsum ")
	}
	for name, levels := range map[string][]int{
		"gzip":        {-2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
		"deflate":     {-2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
		"raw-deflate": {-1, 1, 6, 9},
		"br":          {0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
		"zstd":        {1, 2, 3, 4},
	} {
		check := func(level int, plain string) {
			body := compress(t, name, level, plain)
			c := &cassette.Cassette{Interactions: []*cassette.Interaction{encoded(strings.TrimPrefix(name, "raw-"), body)}}
			data := c.Encode()
			if !strings.Contains(string(data), "\n    encoding: "+name+" ") {
				t.Errorf("%s %d of %.20q is written as\n%.400s", name, level, plain, data)
			}
			if got := parse(t, data).Interactions[0].Response.Body; !bytes.Equal(got.Bytes(), body) {
				t.Errorf("%s %d of %.20q is read as other bytes", name, level, plain)
			}
		}
		for _, level := range levels {
			check(level, long.String())
		}
		for _, plain := range []string{"", "a", answer, "a\r\nb\r\n", "\xff"} {
			check(levels[1], plain)
		}
	}
	checkRoundTrip(t, coded(t))
}

// What cannot be made again to the byte stays as it is, in base64.
func TestForeignCodings(t *testing.T) {
	named := new(bytes.Buffer)
	w := gzip.NewWriter(named)
	w.Name, w.Comment, w.ModTime, w.OS = "answer.json", "from elsewhere", time.Unix(1e9, 0), 3
	_, err := io.WriteString(w, answer)
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	level := compress(t, "gzip", -1, answer)
	level[8] = 7 // the byte that tells the level
	flushed := new(bytes.Buffer)
	w = gzip.NewWriter(flushed)
	for _, part := range []string{answer[:20], answer[20:]} {
		if _, err := io.WriteString(w, part); err != nil || w.Flush() != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	once := compress(t, "gzip", -1, answer)
	twice := compress(t, "gzip", -1, string(once))
	for name, i := range map[string]*cassette.Interaction{
		"with a name":           encoded("gzip", named.Bytes()),
		"with another level":    encoded("gzip", level),
		"flushed":               encoded("gzip", flushed.Bytes()),
		"two members":           encoded("gzip", append(once[:len(once):len(once)], once...)),
		"bytes behind":          encoded("gzip", append(once[:len(once):len(once)], 0)),
		"cut off":               encoded("gzip", once[:len(once)-1]),
		"twice":                 encoded("gzip, gzip", twice),
		"not what is said":      encoded("br", once),
		"nothing said":          encoded("identity", once),
		"unknown":               encoded("compress", once),
		"said in two values":    {Request: encoded("", nil).Request, Response: cassette.Response{Status: 200, Header: http.Header{"Content-Encoding": {"br", "gzip"}}, Body: cassette.NewBody(once)}},
		"the slowest of brotli": encoded("br", compress(t, "br", 11, strings.Repeat(answer, 100))),
	} {
		c := &cassette.Cassette{Interactions: []*cassette.Interaction{i}}
		checkRoundTrip(t, c)
		if data := string(c.Encode()); !strings.Contains(data, "\n    base64: |-\n") || strings.Contains(data, "\n    encoding: ") {
			t.Errorf("%s: written is\n%s", name, data)
		}
	}
	for _, i := range []*cassette.Interaction{encoded("gzip", []byte(answer)), encoded("deflate", []byte("plain")), encoded("br", []byte("plain\n")), encoded("zstd", []byte("{}"))} {
		c := &cassette.Cassette{Interactions: []*cassette.Interaction{i}}
		checkRoundTrip(t, c)
		if data := string(c.Encode()); strings.Contains(data, "base64") || strings.Contains(data, "\n    encoding: ") {
			t.Errorf("what is not compressed is written as\n%s", data)
		}
	}
}

// A person may edit what is shown, or change the coding.
func TestEditedCoding(t *testing.T) {
	file := head + whole + "  headers:\n    Content-Encoding: [gzip]\n  body:\n    encoding: gzip 9\n    text: |\n      edited\n    eol: crlf\n"
	body := parse(t, []byte(file)).Interactions[0].Response.Body
	if want := compress(t, "gzip", 9, "edited\r\n"); !bytes.Equal(body.Bytes(), want) {
		t.Errorf("the body is %q, not %q", body, want)
	}
}

// A few kilobytes that decompress to more than is compressed again are kept as they are.
func TestCompressionBombs(t *testing.T) {
	t.Parallel()
	const mebibyte = 1 << 20
	for _, name := range []string{"gzip", "deflate", "br", "zstd"} {
		bomb := media.Compress(name, make([]byte, mebibyte+1))
		data := (&cassette.Cassette{Interactions: []*cassette.Interaction{encoded(name, bomb)}}).Encode()
		if len(data) > 2*len(bomb)+1000 {
			t.Errorf("%s: %d bytes are written as %d", name, len(bomb), len(data))
		}
	}
}

// Any bytes, whatever their header says they are, survive the way to the disk
// and back: in the cassette or beside it, in one part or in several.
func FuzzBody(f *testing.F) {
	for _, contentEncoding := range []string{"gzip", "deflate", "raw-deflate", "br", "zstd"} {
		for _, plain := range []string{answer, "a\r\nb\r\n", "\xff\x00"} {
			f.Add("application/json", strings.TrimPrefix(contentEncoding, "raw-"), compress(f, contentEncoding, 1, plain))
		}
	}
	for _, i := range inParts(f).Interactions {
		f.Add(i.Request.Header.Get("Content-Type"), "", i.Request.Body.Bytes())
		f.Add("", "", i.Response.Body.Bytes())
	}
	f.Fuzz(func(t *testing.T, contentType, contentEncoding string, body []byte) {
		header := http.Header{"Content-Type": {oneLine(contentType)}, "Content-Encoding": {oneLine(contentEncoding)}}
		i := get("http://tape.test/", string(body))
		i.Request.Header, i.Request.Body = header, i.Response.Body
		i.Response.Header = header
		i.Response.Chunks = []cassette.Chunk{{Size: len(body) / 3}, {Size: len(body) / 2}}
		c := &cassette.Cassette{BodyLimit: 64, Interactions: []*cassette.Interaction{i}}
		path := filepath.Join(t.TempDir(), "a.yaml")
		save(t, c, path)
		read := load(t, path)
		for _, got := range []cassette.Body{read.Interactions[0].Request.Body, read.Interactions[0].Response.Body} {
			if got.String() != string(body) {
				t.Fatalf("read is %q in\n%s", got, readFile(t, path))
			}
		}
		first := readFile(t, path)
		again := clones(read)
		again.BodyLimit = c.BodyLimit
		for _, c := range []*cassette.Cassette{read, again} {
			save(t, c, path)
			if got := show(load(t, path)); got != show(read) || readFile(t, path) != first {
				t.Fatalf("saved again is\n%s\nnot\n%s", readFile(t, path), first)
			}
		}
		beside := len(names(t, filepath.Dir(path))) - 1
		if strings.HasPrefix(contentType, "multipart/") {
			return // its parts may be apart
		}
		if want := min(1, max(0, len(body)-c.BodyLimit)); beside != want {
			t.Errorf("%d bytes are in %d files beside the cassette", len(body), beside)
		}
	})
}
