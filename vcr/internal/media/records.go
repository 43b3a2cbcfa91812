package media

import "bytes"

// Records returns the ends of the records of a stream, as offsets in body: of
// the events of server-sent events, which an empty line ends, and of the lines
// of NDJSON. Other kinds have none. A record that the body breaks off is not
// counted.
func Records(kind Kind, body []byte) []int {
	switch kind {
	case SSE:
		return eventEnds(body)
	case NDJSON:
		return lineEnds(body)
	default:
		return nil
	}
}

func lineEnds(body []byte) []int {
	var ends []int
	for at := 0; ; {
		n := bytes.IndexByte(body[at:], '\n')
		if n < 0 {
			return ends
		}
		at += n + 1
		ends = append(ends, at)
	}
}

// eventEnds knows the three ends of a line that server-sent events may have.
func eventEnds(body []byte) []int {
	var ends []int
	begun := false // the event has a line
	for at := 0; ; {
		n := bytes.IndexAny(body[at:], "\r\n")
		if n < 0 {
			return ends
		}
		end := at + n + 1
		if body[end-1] == '\r' && end < len(body) && body[end] == '\n' {
			end++
		}
		if n > 0 {
			begun = true
		} else if begun {
			ends, begun = append(ends, end), false
		}
		at = end
	}
}
