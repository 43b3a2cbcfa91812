package media

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

// MaxDecompressed is the size in bytes up to which [Decompress] lets a body grow.
const MaxDecompressed = 128 << 20

// Decompress returns a body without its content coding, as the header
// Content-Encoding names it: gzip, deflate, br or zstd. Ok is false for other
// codings, for several at once, for a body that is not what the header says,
// and for one that grows beyond [MaxDecompressed]. For a body that breaks off,
// plain is what was read until then, and ok is false.
func Decompress(contentEncoding string, body []byte) (plain []byte, ok bool) {
	return decompress(contentEncoding, body, MaxDecompressed)
}

func decompress(contentEncoding string, body []byte, limit int64) (plain []byte, ok bool) {
	var decoder io.Reader
	var err error
	switch codingName(contentEncoding) {
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
		z, err = zstd.NewReader(bytes.NewReader(body), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(MaxDecompressed))
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

// Compress puts a content coding on a body, at its usual level. A coding that
// [Decompress] does not know leaves the body as it is.
func Compress(contentEncoding string, plain []byte) []byte {
	for _, c := range codingsOf(codingName(contentEncoding)) {
		if body, err := c.Compress(plain); err == nil {
			return body
		}
	}
	return plain
}

func codingName(contentEncoding string) string {
	return strings.ToLower(strings.TrimSpace(contentEncoding))
}

// A Coding is the way to make a body again from its text, to the byte: a content coding
// and the level of its encoder, or the binary event stream. The zero value is none.
type Coding struct {
	name  string
	level int
}

var eventStream = Coding{name: "eventstream"}

// ParseCoding reads what [Coding.String] returns.
func ParseCoding(text string) (Coding, error) {
	if text == eventStream.name {
		return eventStream, nil
	}
	name, number, _ := strings.Cut(text, " ")
	level, err := strconv.Atoi(number)
	for _, known := range codingsOf(name) {
		if err == nil && known.level == level {
			return known, nil
		}
	}
	return Coding{}, errors.New("unknown content coding or level")
}

// codingsOf returns the ways to compress a body, the most likely first; none for
// an unknown name. The slowest levels of brotli are left out: every replay would
// wait for them.
func codingsOf(name string) []Coding {
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
	codings := make([]Coding, len(levels))
	for n, level := range levels {
		codings[n] = Coding{name, level}
	}
	return codings
}

// largestRecompressed bounds the time that it takes to find a level, and in
// replay to make the body again.
const largestRecompressed = 1 << 20

// FindCoding returns how to make a body again to the byte that is compressed or an event
// stream in binary form, and what it says. Ok is false if no coding does that: for other
// bodies, and mostly if a program that is not written in Go compressed the body.
func FindCoding(contentType, contentEncoding string, body []byte) (c Coding, plain []byte, ok bool) {
	if contentEncoding == "" && KindOf(contentType) == Frames {
		if plain, ok = openFrames(body); !ok {
			return Coding{}, nil, false
		}
		return eventStream, plain, true
	}
	plain, ok = decompress(contentEncoding, body, largestRecompressed)
	if !ok {
		return Coding{}, nil, false
	}
	candidates := codingsOf(codingName(contentEncoding))
	if codingName(contentEncoding) == "deflate" {
		candidates = append(candidates, codingsOf("raw-deflate")...)
	}
	for _, c := range candidates {
		rest := expectedBytes(body)
		if err := c.write(&rest, plain); err == nil && len(rest) == 0 {
			return c, plain, true
		}
	}
	return Coding{}, nil, false
}

// expectedBytes are still to be written. The first byte that differs is an error,
// so that a wrong level is given up early.
type expectedBytes []byte

func (e *expectedBytes) Write(b []byte) (int, error) {
	rest, ok := bytes.CutPrefix(*e, b)
	if !ok {
		return 0, errors.New("other bytes")
	}
	*e = rest
	return len(b), nil
}

// String returns the coding as a cassette names it, such as "gzip 6".
func (c Coding) String() string {
	if c == eventStream {
		return c.name
	}
	return c.name + " " + strconv.Itoa(c.level)
}

// Compress puts the coding on a body. The error is that of the encoder, or says what is
// wrong with the text of an event stream.
func (c Coding) Compress(plain []byte) ([]byte, error) {
	var body bytes.Buffer
	err := c.write(&body, plain)
	return body.Bytes(), err
}

func (c Coding) write(body io.Writer, plain []byte) error {
	var encoder io.WriteCloser
	var err error
	switch c.name {
	case eventStream.name:
		frames, err := closeFrames(plain)
		if err == nil {
			_, err = body.Write(frames)
		}
		return err
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
