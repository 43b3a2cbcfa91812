package media

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"iter"
)

// Events returns the name and the data of each event of a stream: of server-sent
// events, the line of NDJSON, or the payload of a frame. Names are those of the field
// "event" or the header ":event-type" or ":exception-type", and may be empty. An event of a model that a frame
// holds in base64 is returned decoded. A last event without its end is returned as far
// as it goes, but not a frame. Other kinds have none.
func Events(kind Kind, body []byte) iter.Seq2[string, []byte] {
	return func(yield func(name string, data []byte) bool) {
		start := 0
		for _, end := range Records(kind, body) {
			if name, data := event(kind, body[start:end]); !yield(name, data) {
				return
			}
			start = end
		}
		rest := body[start:]
		if (kind == SSE || kind == NDJSON) && len(bytes.TrimSpace(rest)) > 0 {
			yield(event(kind, rest))
		}
	}
}

func event(kind Kind, record []byte) (name string, data []byte) {
	switch kind {
	case SSE:
		return sentEvent(record)
	case Frames:
		return framedEvent(record)
	default:
		return "", bytes.TrimSpace(record)
	}
}

// sentEvent reads the fields of a server-sent event. Several lines of data are joined.
func sentEvent(record []byte) (name string, data []byte) {
	lines := 0
	for len(record) > 0 {
		line := record
		if end := bytes.IndexByte(record, '\n'); end >= 0 {
			line, record = record[:end], record[end+1:]
		} else if end := bytes.IndexByte(record, '\r'); end >= 0 {
			line, record = record[:end], record[end+1:]
		} else {
			record = nil
		}
		field, value, _ := bytes.Cut(bytes.TrimSuffix(line, []byte{'\r'}), []byte{':'})
		value = bytes.TrimPrefix(value, []byte{' '})
		switch {
		case string(field) == "event":
			name = string(value)
		case string(field) != "data":
		case lines == 0:
			data, lines = value, 1
		default:
			if lines == 1 {
				data = bytes.Clone(data)
			}
			data, lines = append(append(data, '\n'), value...), 2
		}
	}
	return name, data
}

// framedEvent reads a frame, whose length is known to be right.
func framedEvent(frame []byte) (name string, data []byte) {
	content := frame[prelude : len(frame)-checksum]
	length := binary.BigEndian.Uint32(frame[4:])
	if uint64(length) > uint64(len(content)) {
		return "", nil
	}
	headers, payload := content[:length], content[length:]
	for len(headers) > 0 {
		var header, value []byte
		var ok bool
		if header, headers, ok = cutCounted(headers, 1); !ok || len(headers) == 0 || headers[0] != typeOfString {
			break
		}
		if value, headers, ok = cutCounted(headers[1:], 2); !ok {
			break
		}
		switch string(header) {
		case ":event-type", ":exception-type":
			name = string(value)
		}
	}
	for key, coded := range Members(payload) {
		if string(key) != "bytes" || len(coded) < 2 || coded[0] != '"' {
			break
		}
		inner, err := base64.StdEncoding.DecodeString(string(coded[1 : len(coded)-1]))
		if err == nil && bytes.HasPrefix(inner, []byte{'{'}) {
			return name, inner
		}
	}
	return name, payload
}
