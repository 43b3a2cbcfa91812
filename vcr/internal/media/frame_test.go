package media_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

const awsStream = "application/vnd.amazon.eventstream"

// frame makes an event of a binary event stream from headers, each a name, the number of
// its type and a value, and a payload.
func frame(payload string, headers ...string) []byte {
	var header []byte
	for h := range slices.Chunk(headers, 3) {
		header = append(append(header, byte(len(h[0]))), h[0]...)
		header = append(header, h[1][0]-'0')
		header = append(binary.BigEndian.AppendUint16(header, uint16(len(h[2]))), h[2]...)
	}
	b := binary.BigEndian.AppendUint32(nil, uint32(16+len(header)+len(payload)))
	b = binary.BigEndian.AppendUint32(b, uint32(len(header)))
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	b = append(append(b, header...), payload...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
}

// inner is a payload that has an event of a model in base64.
func inner(event string) string {
	return `{"bytes":"` + base64.StdEncoding.EncodeToString([]byte(event)) + `","p":"ab"}`
}

func frames() []byte {
	return slices.Concat(
		frame(inner(`{"type":"message_start","message":{"id":"}\"{"}}`), ":event-type", "7", "chunk", ":message-type", "7", "event"),
		frame(`{"bytes":"AAAA"}`, ":event-type", "7", "other"),
		frame(`{"delta":{"text":"One"}}`, ":event-type", "7", "contentBlockDelta"),
		frame("", ":message-type", "7", "event"),
	)
}

const textOfFrames = `:event-type: chunk
:message-type: event
{"bytes":{"type":"message_start","message":{"id":"}\"{"}},"p":"ab"}

:event-type: other
{"bytes":"AAAA"}

:event-type: contentBlockDelta
{"delta":{"text":"One"}}

:message-type: event

`

func TestFrames(t *testing.T) {
	coding, text, ok := media.FindCoding(awsStream, "", frames())
	if !ok || coding.String() != "eventstream" || string(text) != textOfFrames {
		t.Fatalf("%t, %s: the text is\n%s\nnot\n%s", ok, coding, text, textOfFrames)
	}
	parsed, err := media.ParseCoding("eventstream")
	if err != nil || parsed != coding {
		t.Errorf("parsed is %v, %v", parsed, err)
	}
	if body, err := coding.Compress(text); err != nil || !bytes.Equal(body, frames()) {
		t.Errorf("made again is %q, %v", body, err)
	}
	// A person changes a word, and takes the last empty line away.
	edited := strings.TrimSuffix(strings.Replace(textOfFrames, "One", "One, two", 1), "\n")
	body, err := coding.Compress([]byte(edited))
	if _, text, ok := media.FindCoding(awsStream, "", body); err != nil || !ok || !strings.Contains(string(text), `"One, two"`) {
		t.Errorf("edited is %q, %v", text, err)
	}
}

func TestRecordsOfFrames(t *testing.T) {
	body := frames()
	ends := media.Records(media.Frames, append(body, 0, 0, 0, 99))
	if len(ends) != 4 || ends[3] != len(body) {
		t.Errorf("the frames end at %d", ends)
	}
}

// What cannot be made again to the byte stays in base64.
func TestFramesAreNotFound(t *testing.T) {
	whole := frame(`{"a":1}`, ":event-type", "7", "chunk")
	flawed := bytes.Clone(whole)
	flawed[len(flawed)-1]++
	long := bytes.Clone(whole)
	binary.BigEndian.PutUint32(long[4:], 1<<31)
	for name, body := range map[string][]byte{
		"cut off":                   whole[:len(whole)-1],
		"a wrong checksum":          flawed,
		"headers beyond the frame":  long,
		"a header of another type":  frame(`{}`, ":n", "4", "abcd"),
		"a header without a colon":  frame(`{}`, "event-type", "7", "chunk"),
		"a header of two lines":     frame(`{}`, ":event-type", "7", "a\nb"),
		"a payload with a header":   frame(":a: b\n{}", ":event-type", "7", "chunk"),
		"a payload with empty line": frame("a\n\nb", ":event-type", "7", "chunk"),
		"a payload that is binary":  frame("\xff", ":event-type", "7", "chunk"),
		"an inner event in halves":  frame(inner(`{"a":`), ":event-type", "7", "chunk"),
	} {
		if coding, text, ok := media.FindCoding(awsStream, "", body); ok || text != nil || coding != (media.Coding{}) {
			t.Errorf("%s: found is %q", name, text)
		}
	}
	if _, _, ok := media.FindCoding(awsStream, "gzip", whole); ok {
		t.Error("found although the body says that it is compressed")
	}
	if _, _, ok := media.FindCoding("application/octet-stream", "", whole); ok {
		t.Error("found although the body says that it is something else")
	}
}

func TestFramesFail(t *testing.T) {
	coding, err := media.ParseCoding("eventstream")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		":event-type: a\n{}\n\n:event-type\n{}\n\n":       `event 2 has ":event-type", not a header such as ":event-type: chunk"`,
		":" + strings.Repeat("a", 300) + ": b\n{}\n\n":    `event 1 has ":` + strings.Repeat("a", 59) + `", not a header such as ":event-type: chunk"`,
		":event-type: a\n{\"bytes\":{\"a\":\"}\"\n\n":     `event 1 has a payload whose "bytes" do not end; close the braces of its JSON`,
		":event-type: a\n{\"bytes\":{\"a\":\"x},\"p\":1}": `event 1 has a payload whose "bytes" do not end; close the braces of its JSON`,
	} {
		if body, err := coding.Compress([]byte(text)); err == nil || err.Error() != want {
			t.Errorf("%q is %q, and the error %v, not %s", text, body, err, want)
		}
	}
}

func FuzzFrames(f *testing.F) {
	f.Add(frames())
	f.Add(frame("", ":a", "7", ""))
	f.Fuzz(func(t *testing.T, body []byte) {
		coding, text, ok := media.FindCoding(awsStream, "", body)
		if !ok {
			return
		}
		if again, err := coding.Compress(text); err != nil || !bytes.Equal(again, body) {
			t.Errorf("made again is %q, %v, not %q", again, err, body)
		}
	})
}

// Whatever a person writes makes frames that can be read, or an error.
func FuzzTextOfFrames(f *testing.F) {
	coding, err := media.ParseCoding("eventstream")
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(textOfFrames))
	f.Fuzz(func(t *testing.T, text []byte) {
		body, err := coding.Compress(text)
		if err != nil {
			return
		}
		if ends := media.Records(media.Frames, body); len(body) > 0 && (len(ends) == 0 || ends[len(ends)-1] != len(body)) {
			t.Errorf("%q makes frames that end at %d of %d", text, ends, len(body))
		}
	})
}
