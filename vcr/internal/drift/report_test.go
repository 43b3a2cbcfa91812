package drift_test

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/drift"
)

// TestReport writes a report in both forms: the gravest first, like differences as one, and
// noise as a number.
func TestReport(t *testing.T) {
	var old, new tape
	for n := range 12 {
		body := func(format string, rest ...any) string { return fmt.Sprintf(format, append([]any{n}, rest...)...) }
		question := asks(fmt.Sprintf(`{"q":%d}`, n))
		old = append(old, answered(chat, "application/json", body(`{"id":"a%d","price":3,"choices":[{"message":{"reasoning":"so","content":"Hi"},"stop_reason":"end"}],"usage":{"in":1}}`), question))
		switch {
		case n < 4:
			new = append(new, answered(chat, "application/json", body(`{"id":"b%d","price":2.5,"choices":[{"message":{"reasoning":"hm","content":"Hello"},"stop_reason":"end"}],"usage":{"in":2}}`), question))
		case n == 4:
			new = append(new, answered(chat, "application/json", `{"error":"slow down"}`, question, status(429)))
		case n == 5:
			new = append(new, answered(chat, "application/json", body(`{"id":"b%d"}`), asks(`{"q":5,"model":"new | improved"}`)))
		case n == 6: // not asked any more
		default:
			new = append(new, answered("https://api.example.com/v1/embed", "application/json", `{}`, question)) // never asked before
			new = append(new, answered(chat, "application/json", body(`{"id":"b%d","price":"2.50","choices":[{"message":{"reasoning_text":"hm","content":"Hello"},"stop_reason":"window_full"}],"usage":{"in":2,"cached":1}}`), question))
		}
	}
	report := compare(t, drift.Rules{}, old, new)
	golden(t, "report.txt", report.Text())
	golden(t, "report.md", report.Markdown())
}

// TestDocumented compares answers before and after changes that vendors announced.
func TestDocumented(t *testing.T) {
	const json, sse = "application/json", "text/event-stream"
	frames := func(events ...string) string {
		var all string
		for n := 0; n < len(events); n += 2 {
			all += frame(events[n], events[n+1])
		}
		return all
	}
	cases := []struct {
		name, contentType, old, new string
		want                        []string
	}{
		{"outputs become steps", json, `{"id":"x","status":"done","outputs":[{"type":"text","text":"Hi"}]}`, `{"id":"y","status":"done","steps":[{"type":"text","text":"Hi"}]}`,
			[]string{"breaking $.outputs is gone: 3 of 3 recordings had it, 0 of 3 new answers have it; new beside it: steps", "notice $.steps is new: 3 of 3 new answers have it"}},
		{"a new reason to stop", json, `{"content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn"}`, `{"content":[{"type":"text","text":"Hello"}],"stop_reason":"context_window_exceeded"}`,
			[]string{`notice $.stop_reason has a new value: "context_window_exceeded"`}},
		{"a new kind of part", json, `{"content":[{"type":"text","text":"Hi"}]}`, `{"content":[{"type":"text","text":"Hi"},{"type":"thinking","signature":"s"}]}`,
			[]string{`notice $.content[*].type has a new value: "thinking"`}},
		{"events are renamed", sse, "event: interaction.start\ndata: {\"id\":1}\n\nevent: content.delta\ndata: {\"text\":\"a\"}\n\n", "event: interaction.start\ndata: {\"id\":1}\n\nevent: step.delta\ndata: {\"text\":\"b\"}\n\n",
			[]string{"breaking event content.delta is gone: 3 of 3 recordings had it, 0 of 3 new answers have it", "notice event step.delta is new: 3 of 3 new answers have it"}},
		{"the end of a stream is gone", sse, "data: {\"object\":\"chunk\",\"text\":\"a\"}\n\ndata: [DONE]\n\n", "data: {\"object\":\"chunk\",\"text\":\"b\"}\n\n",
			[]string{"breaking event [DONE] is gone: 3 of 3 recordings had it, 0 of 3 new answers have it"}},
		{"a stream with pings", sse, "event: ping\ndata: {\"type\":\"ping\"}\n\nevent: stop\ndata: {\"type\":\"stop\"}\n\n", ": hello\n\nevent: stop\r\ndata: {\"type\":\"stop\"}\r\n\r\n", nil},
		{"numbers of lines", "application/x-ndjson", "{\"text\":\"a\",\"took\":1,\"done\":false}\n{\"text\":\"\",\"took\":2,\"done\":true}\n", "{\"text\":\"b\",\"took\":\"1ms\",\"done\":false}",
			[]string{"breaking $.took is a string and was a number, in 3 of 3 new answers"}},
		{"frames of AWS", "application/vnd.amazon.eventstream", frames("messageStart", `{"role":"assistant","p":"abc"}`, "messageStop", `{"stopReason":"end_turn","p":"a"}`),
			frames("messageStart", `{"role":"assistant","p":"abcdef"}`, "messageStop", `{"reason":"end_turn","p":"ab"}`),
			[]string{"breaking event messageStop $.stopReason is gone: 3 of 3 recordings had it, 0 of 3 new answers have it; new beside it: reason", "notice $.reason is new: 3 of 3 new answers have it"}},
		{"events of a model in those", "application/vnd.amazon.eventstream", frames("chunk", coded64(`{"type":"message_start","id":"a"}`), "chunk", coded64(`{"type":"message_stop"}`)),
			frames("chunk", coded64(`{"type":"message_start","id":7}`), "chunk", coded64(`{"type":"message_stop"}`)),
			[]string{"breaking $.bytes.id is a number and was a string, in 3 of 3 new answers"}},
		{"null comes and goes", json, `{"a":null,"b":1}`, `{"a":1,"b":1}`, nil},
		{"a field that was always null", json, `{"a":null,"b":1}`, `{"b":1}`, nil},
		{"always null", json, `{"a":1,"b":1}`, `{"a":null,"b":1}`, []string{"notice $.a is null in all 3 new answers, and was never in 3 recordings"}},
		{"a counter", json, `{"usage":{"in":1,"cached_tokens":2}}`, `{"usage":{"in":1}}`, []string{"notice $.usage.cached_tokens is gone: 3 of 3 recordings had it, 0 of 3 new answers have it"}},
		{"keys that are ids", json, `{"users":{"u_12345":{"age":1}}}`, `{"users":{"u_67890":{"age":"1"}}}`, []string{"breaking $.users[*].age is a string and was a number, in 3 of 3 new answers"}},
		{"what a user wrote", json, `{"metadata":{"a":1}}`, `{"metadata":{"b":"x"}}`, nil},
		{"whole numbers and others", json, `{"created":1,"rate":0.5}`, `{"created":1.5,"rate":1}`, nil},
		{"an array that is empty", json, `{"data":[{"id":1}]}`, `{"data":[]}`, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var old, new tape
			for n := range 3 {
				question := asks(fmt.Sprint(n))
				old, new = append(old, answered(chat, c.contentType, c.old, question)), append(new, answered(chat, c.contentType, c.new, question))
			}
			report := compare(t, drift.Rules{}, old, new)
			var got []string
			for _, d := range report.Differences {
				got = append(got, d.Severity.String()+" "+d.String())
			}
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			if report.Compared != 3 {
				t.Errorf("%d compared\n%s", report.Compared, report.Text())
			}
		})
	}
}

// coded64 returns the payload of a frame with an event of a model.
func coded64(event string) string {
	return `{"bytes":"` + base64.StdEncoding.EncodeToString([]byte(event)) + `"}`
}

// frame returns a frame of an AWS event stream.
func frame(event, payload string) string {
	name := ":event-type"
	header := append([]byte{byte(len(name))}, name...)
	header = append(binary.BigEndian.AppendUint16(append(header, 7), uint16(len(event))), event...)
	b := binary.BigEndian.AppendUint32(nil, uint32(16+len(header)+len(payload)))
	b = binary.BigEndian.AppendUint32(b, uint32(len(header)))
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	b = append(append(b, header...), payload...)
	return string(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b)))
}

// TestNullOnce has a null in one new answer where the others have a value: that is noise.
func TestNullOnce(t *testing.T) {
	var old, new tape
	for n, value := range []string{"1", "null", "3"} {
		question := asks(fmt.Sprint(n))
		old = append(old, answered(chat, "application/json", `{"a":0}`, question))
		new = append(new, answered(chat, "application/json", `{"a":`+value+`}`, question))
	}
	if report := compare(t, drift.Rules{}, old, new); len(report.Differences) > 0 {
		t.Errorf("got\n%s", report.Text())
	}
}
