package rows_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/rows"
)

const (
	envelope = `{"id":"c-1","object":"chat.completion.chunk","model":"small","choices":[{"index":0,"delta":{"content":"%s"}}],"obfuscation":"%s"}`
	delta    = `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%s"}%s}`
	response = `{"type":"response.%s","item_id":"fc_0123456789","delta":"%s","sequence_number":%d}`
)

// events returns server-sent events with such data.
func events(data ...string) string {
	var body strings.Builder
	for _, d := range data {
		fmt.Fprintf(&body, "data: %s\n\n", d)
	}
	return body.String()
}

var shown = []struct {
	name       string
	form       rows.Form
	body, want string
}{
	{"chat of OpenAI", rows.Events,
		events(fmt.Sprintf(envelope, "Hi", "aZ"), fmt.Sprintf(envelope, " there", "Qk3x"), fmt.Sprintf(envelope, ".", "p"), "[DONE]"),
		"data: " + fmt.Sprintf(envelope, "<content>", "<obfuscation>") + "\n<content> |Hi| there|.|\n<obfuscation> |aZ|Qk3x|p|\n\ndata: [DONE]\n\n"},
	{"arguments of a tool", rows.Events,
		events(fmt.Sprintf(response, "delta", `{\"ci`, 0), fmt.Sprintf(response, "delta", `ty\":`, 1), fmt.Sprintf(response, "delta", `\"Rome\"}`, 2), fmt.Sprintf(response, "done", `{\"city\":\"Rome\"}`, 3)),
		`data: {"type":"response.delta","item_id":"fc_0123456789","delta":"<delta>","sequence_number":<#>}` + "\n" + `<delta> |{\"ci|ty\":|\"Rome\"}|` + "\n\n" +
			`data: {"type":"response.done","item_id":"fc_0123456789","delta":"{\"city\":\"Rome\"}","sequence_number":<#>}` + "\n\n"},
	{"messages of Anthropic, padded", rows.Events,
		"event: ping\ndata: {\"type\":\"ping\"}\n\n" +
			strings.ReplaceAll(events(fmt.Sprintf(delta, "The sky", ""), fmt.Sprintf(delta, " is", "  "), fmt.Sprintf(delta, ` blue.\n`, "   "), fmt.Sprintf(delta, "Look", ""), fmt.Sprintf(delta, " up", "  "), fmt.Sprintf(delta, "!", " ")), "data:", "event: content_block_delta\ndata:"),
		"event: ping\ndata: {\"type\":\"ping\"}\n\n" +
			"event: content_block_delta\ndata: " + fmt.Sprintf(delta, "<text>", "<pad>") + "\n<text> |The sky| is| blue.\\n|\n<text> |Look| up|!|\n<pad> ||  |   ||  | |\n\n"},
	{"content of Gemini", rows.Events,
		events(`{"parts": [{"text": "One, two"}],"totalTokenCount": 9}`, `{"parts": [{"text": " and three"}],"totalTokenCount": 12}`, `{"parts": [{"text": "."}],"totalTokenCount": 13}`),
		`data: {"parts": [{"text": "<text>"}],"totalTokenCount": <totalTokenCount>}` + "\n<text> |One, two| and three|.|\n<totalTokenCount> |9|12|13|\n\n"},
	{"lines of Ollama", rows.Lines,
		`{"created_at":"01Z","message":{"role":"assistant","content":"Sure"},"done":false}` + "\n" + `{"created_at":"02Z","message":{"role":"assistant","content":", why not?"},"done":false}` + "\n" + `{"done":true}` + "\n",
		`{"created_at":"<created_at>","message":{"role":"assistant","content":"<content>"},"done":false}` + "\n<content> |Sure|, why not?|\n<created_at> |01Z|02Z|\n" + `{"done":true}` + "\n"},
	{"plain text", rows.Events, "event: word\nid: 1\ndata: The sky\n\nevent: word\nid: 2\ndata:  is\n\nevent: word\nid: 3\ndata:  blue\n\nevent: word\nid: 4\ndata: .\n\n",
		"event: word\nid: <id>\ndata: <data>\n<data> |The sky| is| blue|.|\n<id> |1|2|3|4|\n\n"},
	{"bars and backslashes", rows.Events, events(fmt.Sprintf(envelope, "a|b", ""), fmt.Sprintf(envelope, `\\|`, ""), fmt.Sprintf(envelope, `| \\`, "")),
		"data: " + fmt.Sprintf(envelope, "<content>", "") + "\n<content> |a\\|b|\\\\\\||\\| \\\\|\n\n"},
	{"equal columns", rows.Events, events(fmt.Sprintf(envelope, "one", "one"), fmt.Sprintf(envelope, "two", "two")),
		"data: " + fmt.Sprintf(envelope, "<content>", "<content>") + "\n<content> |one|two|\n\n"},
	{"a name that is in the text", rows.Events, events(fmt.Sprintf(envelope, "one", "<content>"), fmt.Sprintf(envelope, "two", "<content>")),
		"data: " + fmt.Sprintf(envelope, "<content2>", "<content>") + "\n<content2> |one|two|\n\n"},
	{"a name of one thing twice", rows.Events, events(`{"logprobs":[-0.25,-0.125],"and":"much more of what is always the same, and always there"}`, `{"logprobs":[-1e-5,-2],"and":"much more of what is always the same, and always there"}`),
		`data: {"logprobs":[<logprobs>,<logprobs2>],"and":"much more of what is always the same, and always there"}` + "\n<logprobs> |-0.25|-1e-5|\n<logprobs2> |-0.125|-2|\n\n"},
	{"what looks like a hole in a value", rows.Events, events(fmt.Sprintf(envelope, "<content>", ""), fmt.Sprintf(envelope, "<obfuscation>", "")),
		"data: " + fmt.Sprintf(envelope, "<content2>", "") + "\n<content2> |<content>|<obfuscation>|\n\n"},
	{"an event that breaks off", rows.Events, events(fmt.Sprintf(envelope, "one", ""), fmt.Sprintf(envelope, "two", "")) + "data: {\"id\":\"c-",
		"data: " + fmt.Sprintf(envelope, "<content>", "") + "\n<content> |one|two|\n\ndata: {\"id\":\"c-"},
	{"an event that breaks off in its end", rows.Events, strings.TrimSuffix(events(fmt.Sprintf(envelope, "one", ""), fmt.Sprintf(envelope, "two", ""), fmt.Sprintf(envelope, "three", "")), "\n"),
		"data: " + fmt.Sprintf(envelope, "<content>", "") + "\n<content> |one|two|\n\ndata: " + fmt.Sprintf(envelope, "three", "") + "\n"},
}

func TestShow(t *testing.T) {
	for _, c := range shown {
		t.Run(c.name, func(t *testing.T) {
			got, ok := rows.Show(c.form, []byte(c.body))
			if !ok || string(got) != c.want {
				t.Errorf("shown is, %t,\n%s\nnot\n%s", ok, got, c.want)
			}
			if body, err := rows.Restore(c.form, got); err != nil || string(body) != c.body {
				t.Errorf("restored is, %v,\n%s\nnot\n%s", err, body, c.body)
			}
		})
	}
}

// Lines of words end with sentences, so that other words change few lines.
func TestLinesOfWords(t *testing.T) {
	var data []string
	for word := range strings.FieldsSeq("The capital of France is Paris, which has been so for a long time, it is said. Berlin is that of Germany; and so on without an end or a stop to breathe or to look around or to do anything else at all") {
		data = append(data, fmt.Sprintf(envelope, word+" ", ""))
	}
	got, ok := rows.Show(rows.Events, []byte(events(data...)))
	want := "data: " + fmt.Sprintf(envelope, "<content>", "") + `
<content> |The |capital |of |France |is |Paris, |which |has |been |so |for |a |long |time, |
<content> |it |is |said. |Berlin |is |that |of |Germany; |
<content> |and |so |on |without |an |end |or |a |stop |to |breathe |or |to |look |around |or |to |do |anything |
<content> |else |at |all |

`
	if !ok || string(got) != want {
		t.Errorf("shown is, %t,\n%s\nnot\n%s", ok, got, want)
	}
}

func TestShowsNothing(t *testing.T) {
	twice := events(fmt.Sprintf(envelope, "one", ""), fmt.Sprintf(envelope, "two", ""))
	for name, body := range map[string]string{
		"nothing":                  "",
		"one event":                events(fmt.Sprintf(envelope, "one", "")),
		"events that are alike":    strings.Repeat(": keep-alive\n\n", 20),
		"events that are short":    events("1", "2", "3"),
		"events that have no end":  strings.ReplaceAll(twice, "\n\n", "\r\n\r\n"),
		"a number of records":      twice + "data: <#>\n\n",
		"a row":                    twice + "<content> |a|\n\n",
		"a line that looks so":     twice + "data: 1\n<html>\n\n",
		"backslashes without JSON": events(`{"id":"0123456789","object":"chat.completion.chunk","a`+"\":\"x\\\\\\", `{"id":"0123456789","object":"chat.completion.chunk","a`+"\":\"y\\\\\\"),
	} {
		if got, ok := rows.Show(rows.Events, []byte(body)); ok {
			t.Errorf("%s: shown is\n%s", name, got)
		}
	}
}

// What a person may write.
func TestRestore(t *testing.T) {
	for _, c := range []struct {
		name        string
		form        rows.Form
		shown, want string
	}{
		{"nothing", rows.Events, "", ""},
		{"no row", rows.Events, "data: 1\n\n\n\ndata: <a>\n\n", "data: 1\n\n\n\ndata: <a>\n\n"},
		{"a row in lines", rows.Events, "data: <a>\n<a> |1|\n<a> |2|3|\n\n", "data: 1\n\ndata: 2\n\ndata: 3\n\n"},
		{"one value", rows.Events, "data: <a>\n<a> |1|\n\n", "data: 1\n\n"},
		{"empty values", rows.Events, "data: <a>\n<a> |||\n\n", "data: \n\ndata: \n\n"},
		{"rows in another order", rows.Events, "data: <a><b>\n<b> |1|2|\n<a> |3|4|\n\n", "data: 31\n\ndata: 42\n\n"},
		{"a hole in a line of its own", rows.Events, "event: x\ndata: a\ndata: <a>\n<a> |1|2|\n\n", "event: x\ndata: a\ndata: 1\n\nevent: x\ndata: a\ndata: 2\n\n"},
		{"numbers of records", rows.Events, "data: <#>\n\ndata: <#>,<a>,<#>\n<a> |x|<#>|\n\ndata: <#>\n\n", "data: 0\n\ndata: 1,x,1\n\ndata: 2,<#>,2\n\ndata: 3\n\n"},
		{"no end", rows.Events, "data: <a>\n<a> |1|2|", "data: 1\n\ndata: 2"},
		{"half an end", rows.Events, "data: <a>\n<a> |1|2|\n", "data: 1\n\ndata: 2\n"},
		{"a template that begins with a hole", rows.Lines, "<a>,1\n<a> |x|y|\n", "x,1\ny,1\n"},
		{"lines", rows.Lines, "{}\n{\"a\":<a>}\n<a> |1|2|\n{\"b\":<#>}\n", "{}\n{\"a\":1}\n{\"a\":2}\n{\"b\":3}\n"},
		{"lines without an end", rows.Lines, "{\"a\":<a>}\n<a> |1|2|", "{\"a\":1}\n{\"a\":2}"},
		{"empty lines", rows.Lines, "\n\n{}\n", "\n\n{}\n"},
		{"holes that are none", rows.Events, "data: <b <a <a> a> <>\n<a> |1|\n\n", "data: <b <a 1 a> <>\n\n"},
	} {
		if got, err := rows.Restore(c.form, []byte(c.shown)); err != nil || string(got) != c.want {
			t.Errorf("%s: restored is %q, %v, not %q", c.name, got, err, c.want)
		}
	}
}

func TestRestoreErrors(t *testing.T) {
	const text = "write the body under text, or record this spec again"
	for _, c := range []struct {
		name        string
		form        rows.Form
		shown, want string
	}{
		{"a name without a place", rows.Events, "data: 1\n\ndata: <content>\n<content> |a|b|\n<contnet> |c|d|\n\n",
			"line 5: row <contnet> has no place, because the template above it has no <contnet>; write <contnet> where its values belong, or name the row as the template does"},
		{"too few values", rows.Events, "data: <a><b>\n<a> |1|2|\n<a> |3|\n<b> |1|2|\n\n", "line 4: row <b> has 2 and row <a> has 3 values; give each row of a template as many values as the others"},
		{"no bar at the end", rows.Lines, "{}\n{\"a\":<a>}\n<a> |1|2\n", `line 3: row <a> does not end in |; end each value with |, and write \| for a | in it`},
		{"an escaped bar at the end", rows.Events, "data: <a>\n<a> |1|2\\|\n\n", `line 2: row <a> does not end in |; end each value with |, and write \| for a | in it`},
		{"no value", rows.Events, "data: <a>\n<a> |1|\n<a> |\n\n", "line 3: row <a> has no value in this line; write || for one that is empty, or remove the line"},
		{"no bar", rows.Events, "data: <a>\n<a> 1\n\n", `line 2: "<a> 1" is not a row; write <name> |value|value| there, or the body under text`},
		{"no name", rows.Events, "data: <a>\n<> |1|\n\n", `line 2: "<> |1|" is not a row; write <name> |value|value| there, or the body under text`},
		{"a line below", rows.Events, "data: <a>\n<a> |1|\ndata: 2\n\n", `line 3: "data: 2" is not a row; write <name> |value|value| there, or the body under text`},
		{"a row in two places", rows.Events, "data: <a><b>\n<a> |1|\n<b> |1|\n<a> |2|\n\n", "line 4: row <a> stands in two places; put its lines together"},
		{"a row after an empty line", rows.Events, "data: <a>\n\n<a> |1|\n\n", "line 3: row <a> has no template above it; remove the empty line above it, or write the body under text"},
		{"a row at first", rows.Lines, "<a> |1|\n", "line 1: row <a> has no template above it; remove the empty line above it, or write the body under text"},
		{"a bomb", rows.Events, "data: 1\n\ndata: " + strings.Repeat("x", 1000) + "<a>\n<a> " + strings.Repeat("|", 1001) + "\n\n", "line 3: restores to more than 64 times the size of the text; " + text},
		{"a bomb of holes", rows.Events, "data: " + strings.Repeat("<a>", 1000) + "\n<a> |" + strings.Repeat("x", 1000) + "|\n\n", "line 1: restores to more than 64 times the size of the text; " + text},
	} {
		body, err := rows.Restore(c.form, []byte(c.shown))
		var flaw *rows.Error
		if body != nil || !errors.As(err, &flaw) || err.Error() != c.want {
			t.Errorf("%s: the error is\n\t%v\nnot\n\t%s", c.name, err, c.want)
		}
	}
}

// Whatever a server sends, it is not shown, or restored to the byte.
func FuzzShow(f *testing.F) {
	for _, c := range shown {
		f.Add(c.form == rows.Lines, []byte(c.body))
	}
	f.Add(false, []byte("data: {\"a\":\"<#>\",\"b\":1}\n\ndata: {\"a\":\"\\|\",\"b\":2}\n\n"))
	f.Add(true, []byte("{\"a\":1 }\n{\"a\":2  }\n<a> |1|\n"))
	f.Fuzz(func(t *testing.T, lines bool, body []byte) {
		form := rows.Events
		if lines {
			form = rows.Lines
		}
		shown, ok := rows.Show(form, body)
		if !ok {
			return
		}
		if restored, err := rows.Restore(form, shown); err != nil || !bytes.Equal(restored, body) {
			t.Errorf("restored is, %v,\n%q\nnot\n%q\nfrom\n%q", err, restored, body, shown)
		}
		if again, _ := rows.Show(form, body); !bytes.Equal(again, shown) {
			t.Errorf("shown again is\n%q\nnot\n%q", again, shown)
		}
	})
}

// Whatever is on a tape, reading it ends in a body of bounded size, or in an error that
// names one of its lines.
func FuzzRestore(f *testing.F) {
	for _, c := range shown {
		f.Add(c.form == rows.Lines, []byte(c.want))
	}
	f.Add(false, []byte("data: <a><b>\n<a> |1|2|\n<b> |\\||\\\\|\n"))
	f.Fuzz(func(t *testing.T, lines bool, text []byte) {
		form := rows.Events
		if lines {
			form = rows.Lines
		}
		before := bytes.Clone(text)
		body, err := rows.Restore(form, text)
		if !bytes.Equal(text, before) {
			t.Fatal("the text was changed")
		}
		var flaw *rows.Error
		switch {
		case err == nil && len(body) > 64*len(text):
			t.Errorf("%d bytes restore to %d", len(text), len(body))
		case err != nil && (!errors.As(err, &flaw) || flaw.Line < 1 || flaw.Line > 1+bytes.Count(text, []byte("\n"))):
			t.Errorf("the error is %v", err)
		}
	})
}

// long is a stream of so many words.
func long(words int) []byte {
	var body bytes.Buffer
	for n := range words {
		fmt.Fprintf(&body, "data: "+envelope+"\n\n", " word"+strings.Repeat("s", n%5), "aB3dE5gH"[:1+n%8])
	}
	return body.Bytes()
}

func BenchmarkRestore(b *testing.B) {
	for _, words := range []int{20, 1000} {
		b.Run(fmt.Sprint("words=", words), func(b *testing.B) {
			body := long(words)
			text, ok := rows.Show(rows.Events, body)
			if !ok {
				b.Fatal("not shown")
			}
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := rows.Restore(rows.Events, text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkShow(b *testing.B) {
	body := long(1000)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := rows.Show(rows.Events, body); !ok {
			b.Fatal("not shown")
		}
	}
}
