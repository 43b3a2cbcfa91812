package cassette

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// A coding is how a compressed body was made: the content coding and the level
// that give the same bytes again.
type coding struct {
	name  string
	level int
}

// String returns the coding as it stands in a file, such as "gzip 6".
func (c coding) String() string { return c.name + " " + strconv.Itoa(c.level) }

func parseCoding(text string) (coding, error) {
	name, number, _ := strings.Cut(text, " ")
	level, err := strconv.Atoi(number)
	for _, known := range codings(name) {
		if err == nil && known.level == level {
			return known, nil
		}
	}
	return coding{}, errors.New("unknown")
}

// codings are the ways to make a body of a content coding, the most likely
// first; none for a coding that is not known here. The slowest levels of brotli
// are left out: every replay would wait for them.
func codings(name string) []coding {
	var levels []int
	switch name {
	case "gzip", "deflate":
		levels = []int{-1, 1, 9, 2, 3, 4, 5, 7, 8, -2, 0}
	case "raw-deflate":
		levels = []int{-1, 1, 9}
	case "br":
		levels = []int{6, 4, 5, 0, 1, 2, 3, 7, 8, 9}
	case "zstd":
		levels = []int{int(zstd.SpeedDefault), int(zstd.SpeedFastest), int(zstd.SpeedBetterCompression), int(zstd.SpeedBestCompression)}
	}
	codings := make([]coding, len(levels))
	for n, level := range levels {
		codings[n] = coding{name, level}
	}
	return codings
}

// Decode returns a body without its content coding, as the header
// Content-Encoding names it: gzip, deflate, br or zstd. Ok is false for other
// codings, for several at once, for a body that is not what the header says,
// and for one that grows beyond [MaxSize]. For a body that breaks off, plain is
// what it says until then, and ok is false.
func Decode(contentEncoding string, body []byte) (plain []byte, ok bool) {
	return decode(contentEncoding, body, MaxSize)
}

func decode(contentEncoding string, body []byte, limit int64) (plain []byte, ok bool) {
	var decoder io.Reader
	var err error
	switch name(contentEncoding) {
	case "gzip":
		decoder, err = gzip.NewReader(bytes.NewReader(body))
	case "deflate":
		if decoder, err = zlib.NewReader(bytes.NewReader(body)); err != nil {
			decoder, err = flate.NewReader(bytes.NewReader(body)), nil // as some servers understand the word
		}
	case "br":
		decoder = brotli.NewReader(bytes.NewReader(body))
	case "zstd":
		var z *zstd.Decoder
		z, err = zstd.NewReader(bytes.NewReader(body), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(MaxSize))
		if err == nil {
			defer z.Close()
		}
		decoder = z
	default:
		return nil, false
	}
	if err != nil {
		return nil, false
	}
	plain, err = io.ReadAll(io.LimitReader(decoder, limit+1))
	if int64(len(plain)) > limit {
		return nil, false
	}
	return plain, err == nil
}

// Encode puts the content coding back on a body, at its usual level. A coding
// that [Decode] does not know leaves the body as it is.
func Encode(contentEncoding string, plain []byte) []byte {
	for _, c := range codings(name(contentEncoding)) {
		if body, err := c.encode(plain); err == nil {
			return body
		}
	}
	return plain
}

func name(contentEncoding string) string {
	return strings.ToLower(strings.TrimSpace(contentEncoding))
}

// longestCoded bounds the time that is spent on finding a level, and in replay
// on making the body again.
const longestCoded = 1 << 20

// codingOf returns the body without its content coding and the way to make the
// same bytes again. A body made by another program than ours mostly has none.
func codingOf(contentEncoding string, body []byte) (c coding, plain []byte, ok bool) {
	plain, ok = decode(contentEncoding, body, longestCoded)
	if !ok {
		return coding{}, nil, false
	}
	candidates := codings(name(contentEncoding))
	if name(contentEncoding) == "deflate" {
		candidates = append(candidates, codings("raw-deflate")...)
	}
	for _, c := range candidates {
		rest := expected(body)
		if err := c.write(&rest, plain); err == nil && len(rest) == 0 {
			return c, plain, true
		}
	}
	return coding{}, nil, false
}

// expected is what is to be written yet: the first byte that differs is an
// error, so that a wrong level is given up early.
type expected []byte

func (e *expected) Write(b []byte) (int, error) {
	rest, ok := bytes.CutPrefix(*e, b)
	if !ok {
		return 0, errors.New("other bytes")
	}
	*e = rest
	return len(b), nil
}

func (c coding) encode(plain []byte) ([]byte, error) {
	var body bytes.Buffer
	err := c.write(&body, plain)
	return body.Bytes(), err
}

func (c coding) write(body io.Writer, plain []byte) error {
	var encoder io.WriteCloser
	var err error
	switch c.name {
	case "gzip":
		encoder, err = gzip.NewWriterLevel(body, c.level)
	case "deflate":
		encoder, err = zlib.NewWriterLevel(body, c.level)
	case "raw-deflate":
		encoder, err = flate.NewWriter(body, c.level)
	case "br":
		encoder = brotli.NewWriterLevel(body, c.level)
	case "zstd":
		encoder, err = zstd.NewWriter(body, zstd.WithEncoderLevel(zstd.EncoderLevel(c.level)), zstd.WithEncoderConcurrency(1))
	default:
		err = fmt.Errorf("unknown content coding %q", c.name)
	}
	if err != nil {
		return err
	}
	if _, err := encoder.Write(plain); err != nil {
		return err
	}
	return encoder.Close()
}
