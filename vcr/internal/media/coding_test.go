package media_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

const answer = `{"answer":"Paris.\nParis, Texas.","tokens":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]}`

// compressed makes a body as a server written in Go would.
func compressed(t testing.TB, name string, level int, plain string) []byte {
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

// Each body can be made again, also by way of the text of its coding.
func TestFindCoding(t *testing.T) {
	t.Parallel()
	for name, levels := range map[string][]int{
		"gzip":        {-2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
		"deflate":     {-2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
		"raw-deflate": {-1, 1, 6, 9},
		"br":          {0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
		"zstd":        {1, 2, 3, 4},
	} {
		for _, level := range levels {
			for _, text := range []string{"", "a", "\x00\xff", answer, strings.Repeat(answer, 50)} {
				body := compressed(t, name, level, text)
				found, plain, ok := media.FindCoding("", strings.TrimPrefix(name, "raw-"), body)
				if !ok || string(plain) != text {
					t.Errorf("%s %d of %.20q: found %v, %t, of %.20q", name, level, text, found, ok, plain)
					continue
				}
				parsed, err := media.ParseCoding(found.String())
				if err != nil || parsed != found {
					t.Errorf("%v is parsed as %v, error %v", found, parsed, err)
				}
				if again, err := parsed.Compress(plain); err != nil || !bytes.Equal(again, body) {
					t.Errorf("%v does not make %s %d of %.20q again, error %v", parsed, name, level, text, err)
				}
			}
		}
	}
}

func TestFindCodingFindsNone(t *testing.T) {
	once := compressed(t, "gzip", -1, answer)
	for name, c := range map[string]struct {
		encoding string
		body     []byte
	}{
		"no coding":             {"", once},
		"unknown":               {"compress", once},
		"twice":                 {"gzip, gzip", compressed(t, "gzip", -1, string(once))},
		"another":               {"br", once},
		"plain":                 {"gzip", []byte(answer)},
		"cut off":               {"gzip", once[:len(once)-1]},
		"two members":           {"gzip", bytes.Repeat(once, 2)},
		"bytes after it":        {"gzip", append(bytes.Clone(once), 0)},
		"the slowest of brotli": {"br", compressed(t, "br", 11, strings.Repeat(answer, 100))},
		"too large":             {"gzip", media.Compress("gzip", make([]byte, 1<<20+1))},
	} {
		if found, plain, ok := media.FindCoding("", c.encoding, c.body); ok || plain != nil || found != (media.Coding{}) {
			t.Errorf("%s: found %v, %t, of %.20q", name, found, ok, plain)
		}
	}
}

func TestParseCodingFails(t *testing.T) {
	for _, text := range []string{"", "gzip", "gzip 10", "gzip  1", "gzip 1 ", "GZIP 1", "br 11", "zstd 0", "compress 1", "1"} {
		if c, err := media.ParseCoding(text); err == nil || c != (media.Coding{}) {
			t.Errorf("%q is parsed as %v", text, c)
		}
	}
	if _, err := (media.Coding{}).Compress(nil); err == nil {
		t.Error("the zero coding compresses")
	}
}

func TestDecompress(t *testing.T) {
	for _, name := range []string{"gzip", "deflate", "br", "zstd", " GZIP", "Br "} {
		for _, plain := range []string{"", "a", answer, "\x00\xff"} {
			body := media.Compress(name, []byte(plain))
			got, ok := media.Decompress(name, body)
			if !ok || string(got) != plain {
				t.Errorf("%s: %q is decompressed as %q, %t", name, plain, got, ok)
			}
		}
	}
	if got, ok := media.Decompress("deflate", compressed(t, "raw-deflate", -1, answer)); !ok || string(got) != answer {
		t.Errorf("raw deflate is decompressed as %q, %t", got, ok)
	}
	once := media.Compress("gzip", []byte(answer))
	for name, c := range map[string]struct {
		encoding string
		body     []byte
	}{
		"no coding":   {"", []byte(answer)},
		"identity":    {"identity", []byte(answer)},
		"unknown":     {"compress", once},
		"several":     {"gzip, gzip", media.Compress("gzip", once)},
		"plain":       {"gzip", []byte(answer)},
		"plain br":    {"br", []byte(answer)},
		"plain zstd":  {"zstd", []byte(answer)},
		"empty":       {"gzip", nil},
		"other magic": {"zstd", once},
	} {
		if plain, ok := media.Decompress(c.encoding, c.body); ok || len(plain) > 0 {
			t.Errorf("%s: is decompressed as %q, %t", name, plain, ok)
		}
	}
	if plain, ok := media.Decompress("gzip", once[:len(once)/2]); ok || len(plain) == 0 || !strings.HasPrefix(answer, string(plain)) {
		t.Errorf("cut off: is decompressed as %q, %t", plain, ok)
	}
	if got := media.Compress("compress", []byte(answer)); string(got) != answer {
		t.Errorf("an unknown coding makes %q", got)
	}
}

// A few kilobytes that stand for more than a body may have are given up.
func TestCompressionBombs(t *testing.T) {
	t.Parallel()
	const mebibyte = 1 << 20
	if testing.Short() {
		return // what follows fills 128 MiB
	}
	for _, name := range []string{"gzip", "zstd"} { // whose bodies may be joined
		bomb := bytes.Repeat(media.Compress(name, make([]byte, mebibyte)), media.MaxDecompressed/mebibyte)
		bomb = append(bomb, media.Compress(name, []byte{0})...)
		if plain, ok := media.Decompress(name, bomb); ok || plain != nil {
			t.Errorf("%s: %d bytes are decompressed as %d", name, len(bomb), len(plain))
		}
	}
}

// Whatever the bytes are, a coding that is found makes them again.
func FuzzFindCoding(f *testing.F) {
	for _, name := range []string{"gzip", "deflate", "raw-deflate", "br", "zstd"} {
		for _, plain := range []string{answer, "a\r\nb\r\n", "\xff\x00"} {
			f.Add(strings.TrimPrefix(name, "raw-"), compressed(f, name, 1, plain))
		}
	}
	f.Fuzz(func(t *testing.T, encoding string, body []byte) {
		coding, plain, ok := media.FindCoding("", encoding, body)
		if !ok {
			return
		}
		if again, err := coding.Compress(plain); err != nil || !bytes.Equal(again, body) {
			t.Errorf("%v makes %q of %q, error %v", coding, again, plain, err)
		}
		if read, ok := media.Decompress(encoding, body); !ok || !bytes.Equal(read, plain) {
			t.Errorf("%q is decompressed as %q, %t, not %q", body, read, ok, plain)
		}
	})
}
