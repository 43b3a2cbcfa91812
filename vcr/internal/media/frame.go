package media

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"unicode/utf8"
)

// A frame is an event of the binary event stream of AWS: its length, the length of its
// headers and a checksum of both, headers, a payload, and a checksum of all that. Each
// header has a name, a type and a value.
const (
	prelude      = 4 + 4 + 4
	checksum     = 4
	smallest     = prelude + checksum
	typeOfString = 7
)

// frameEnds returns where the frames end.
func frameEnds(body []byte) (ends []int) {
	for at := 0; ; {
		length := frameLength(body[at:])
		if length == 0 {
			return ends
		}
		at += length
		ends = append(ends, at)
	}
}

// frameLength returns the length of the frame that body begins with, 0 if it has none.
func frameLength(body []byte) int {
	if len(body) < smallest {
		return 0
	}
	length := binary.BigEndian.Uint32(body)
	if length < smallest || uint64(length) > uint64(len(body)) {
		return 0
	}
	return int(length)
}

// openFrames returns the text of a binary event stream. Of each frame it has a line
// "name: value" for each header, the payload and an empty line. A payload
// {"bytes":"..."} that holds JSON in base64 is shown with the JSON. Ok is false if the
// frames cannot be made again from the text, to the byte.
func openFrames(body []byte) (text []byte, ok bool) {
	for at := 0; at < len(body); {
		length := frameLength(body[at:])
		if length == 0 {
			return nil, false
		}
		if text, ok = openFrame(text, body[at:at+length]); !ok {
			return nil, false
		}
		at += length
	}
	again, err := closeFrames(text)
	return text, err == nil && bytes.Equal(again, body) && utf8.Valid(text)
}

func openFrame(text, frame []byte) (_ []byte, ok bool) {
	length := binary.BigEndian.Uint32(frame[4:])
	content := frame[prelude : len(frame)-checksum]
	if uint64(length) > uint64(len(content)) {
		return nil, false
	}
	headers, payload := content[:length], content[length:]
	for len(headers) > 0 {
		var name, value []byte
		if name, headers, ok = cutCounted(headers, 1); !ok || len(headers) == 0 || headers[0] != typeOfString {
			return nil, false
		}
		if value, headers, ok = cutCounted(headers[1:], 2); !ok {
			return nil, false
		}
		text = append(append(text, name...), ": "...)
		text = append(append(text, value...), '\n')
	}
	if len(payload) > 0 {
		text = append(openPayload(text, payload), '\n')
	}
	return append(text, '\n'), true
}

// cutCounted cuts off what follows its length of so many bytes.
func cutCounted(b []byte, size int) (counted, rest []byte, ok bool) {
	if len(b) < size {
		return nil, nil, false
	}
	length := 0
	for _, digit := range b[:size] {
		length = length<<8 | int(digit)
	}
	if b = b[size:]; length > len(b) {
		return nil, nil, false
	}
	return b[:length], b[length:], true
}

// The member of a payload that holds an event of a model, in base64.
const member = `{"bytes":`

func openPayload(text, payload []byte) []byte {
	if rest, ok := bytes.CutPrefix(payload, []byte(member+`"`)); ok {
		if coded, rest, ok := bytes.Cut(rest, []byte{'"'}); ok {
			inner, err := base64.StdEncoding.DecodeString(string(coded))
			if err == nil && bytes.HasPrefix(inner, []byte{'{'}) {
				return append(append(append(text, member...), inner...), rest...)
			}
		}
	}
	return append(text, payload...)
}

// closeFrames makes the frames of a text that openFrames wrote or a person edited. It
// computes lengths and checksums.
func closeFrames(text []byte) (body []byte, err error) {
	for number := 1; len(text) > 0; number++ {
		var event []byte
		event, text, _ = bytes.Cut(text, []byte("\n\n"))
		if body, err = closeFrame(body, bytes.TrimSuffix(event, []byte{'\n'})); err != nil {
			return nil, fmt.Errorf("event %d %w", number, err)
		}
	}
	return body, nil
}

func closeFrame(body, event []byte) ([]byte, error) {
	start := len(body)
	body = append(body, make([]byte, prelude)...)
	for len(event) > 0 && event[0] == ':' {
		var line []byte
		line, event, _ = bytes.Cut(event, []byte{'\n'})
		n := bytes.Index(line, []byte(": "))
		if n < 0 || n > math.MaxUint8 || len(line)-n-2 > math.MaxUint16 {
			return nil, fmt.Errorf("has %.60q, not a header such as %q", line, ":event-type: chunk")
		}
		name, value := line[:n], line[n+2:]
		body = append(append(body, byte(len(name))), name...)
		body = append(binary.BigEndian.AppendUint16(append(body, typeOfString), uint16(len(value))), value...)
	}
	headers := len(body) - start - prelude
	body, ok := closePayload(body, event)
	length := len(body) - start + checksum
	if !ok || length > math.MaxInt32 {
		return nil, errors.New(`has a payload whose "bytes" do not end; close the braces of its JSON`)
	}
	binary.BigEndian.PutUint32(body[start:], uint32(length))
	binary.BigEndian.PutUint32(body[start+4:], uint32(headers))
	binary.BigEndian.PutUint32(body[start+8:], crc32.ChecksumIEEE(body[start:start+8]))
	return binary.BigEndian.AppendUint32(body, crc32.ChecksumIEEE(body[start:])), nil
}

func closePayload(body, payload []byte) (_ []byte, ok bool) {
	rest, ok := bytes.CutPrefix(payload, []byte(member))
	if !ok || len(rest) == 0 || rest[0] != '{' {
		return append(body, payload...), true
	}
	end := objectEnd(rest)
	if end < 0 {
		return nil, false
	}
	body = base64.StdEncoding.AppendEncode(append(append(body, member...), '"'), rest[:end])
	return append(append(body, '"'), rest[end:]...), true
}

// objectEnd returns the index after the object that text begins with, -1 if it does not
// end.
func objectEnd(text []byte) int {
	depth := 0
	for at := 0; at < len(text); at++ {
		switch text[at] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return at + 1
			}
		case '"':
			end, _ := stringEnd(text, at)
			at = end - 1
		}
	}
	return -1
}
