package cassette_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// frame makes an event of a binary event stream.
func frame(payload string) string { return frameOf("", payload) }

// frameOf is frame, with a header that tells the type of the event.
func frameOf(event, payload string) string {
	var header []byte
	if event != "" {
		header = append(append(header, byte(len(":event-type"))), ":event-type"...)
		header = append(binary.BigEndian.AppendUint16(append(header, 7), uint16(len(event))), event...)
	}
	b := binary.BigEndian.AppendUint32(nil, uint32(16+len(header)+len(payload)))
	b = binary.BigEndian.AppendUint32(b, uint32(len(header)))
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	b = append(append(b, header...), payload...)
	return string(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b)))
}

// said is the answer of a model, word by word, in the envelope of a provider.
func said(envelope, end string, words ...string) string {
	var body strings.Builder
	for n, word := range words {
		body.WriteString(strings.NewReplacer("WORD", word, "PAD", strings.Repeat(" ", n%3), "NUMBER", fmt.Sprint(n)).Replace(envelope) + end)
	}
	return body.String()
}

const (
	ofOpenAI    = `data: {"id":"c-1","object":"chat.completion.chunk","model":"small","choices":[{"index":0,"delta":{"content":"WORD"},"finish_reason":null}]}`
	ofResponses = "event: response.output_text.delta\n" + `data: {"type":"response.output_text.delta","item_id":"msg_0123456789","output_index":0,"delta":"WORD","sequence_number":NUMBER}`
	ofAnthropic = "event: content_block_delta\n" + `data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"WORD"}PAD}`
	ofGemini    = `data: {"candidates": [{"content": {"parts": [{"text": "WORD"}],"role": "model"},"index": 0}],"usageMetadata": {"totalTokenCount": 1NUMBER}}`
	ofOllama    = `{"model":"llama","created_at":"2026-01-01T00:00:00.10000NUMBERZ","message":{"role":"assistant","content":"WORD"},"done":false}`
)

// answers are streams of some providers, in the forms that show them best.
func answers(t testing.TB) *cassette.Cassette {
	sky := []string{"The sky", " is", ` blue.\n`, "Look", " up", "!"}
	bedrock := frameOf("messageStart", `{"role":"assistant"}`)
	inner := ""
	for _, word := range sky {
		bedrock += frameOf("contentBlockDelta", `{"contentBlockIndex":0,"delta":{"text":"`+word+`"},"p":"abc"}`)
		event := `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"` + word + `"}}`
		inner += frameOf("chunk", `{"bytes":"`+base64.StdEncoding.EncodeToString([]byte(event))+`","p":"`+strings.Repeat("a", len(word))+`"}`)
	}
	compressed := stream(sse, string(compress(t, "gzip", -1, said(ofOpenAI, "\n\n", sky...))))
	compressed.Response.Header["Content-Encoding"] = []string{"gzip"}
	batch := get("http://tape.test/batch", "")
	batch.Request.Header = http.Header{"Content-Type": {ndjson}}
	batch.Request.Body = cassette.NewBody([]byte(said(`{"custom_id":"NUMBER","method":"POST","url":"/v1/chat/completions","body":{"model":"small","input":"WORD"}}`, "\n", "What is|was red?", "What is blue?")))
	cut := said(ofOpenAI, "\n\n", sky...)
	first := len(said(ofOpenAI, "\n\n", sky[0]))
	second := len(said(ofOpenAI, "\n\n", sky[1:3]...))
	return &cassette.Cassette{Interactions: []*cassette.Interaction{
		stream(sse, said(ofOpenAI, "\n\n", sky...)+"data: [DONE]\n\n", first, second),
		stream(sse, said(ofResponses, "\n\n", sky...)),
		stream(sse, "event: ping\ndata: {\"type\": \"ping\"}\n\n"+said(ofAnthropic, "\n\n", sky...)),
		stream(sse, said(ofGemini, "\r\n\r\n", sky...)),
		stream(ndjson, said(ofOllama, "\n", sky...)+"{\"done\":true}\n"),
		stream(frames, bedrock, len(frameOf("messageStart", `{"role":"assistant"}`))),
		stream(frames, inner),
		stream(sse, cut[:len(cut)-20]),
		compressed,
		batch,
	}}
}

// What a person changes in a row is what is read, and the parts of the stream stay
// whole events.
func TestEditedAnswers(t *testing.T) {
	edit := strings.NewReplacer("|The sky| is| blue.\\n|", "|The sea| is| green.\\n|", "|Look| up|!|", "|Dive|!|",
		"<pad> || |  || |  |", "<pad> || |  || |", "100000Z|2026-01-01T00:00:00.100001Z|", "100000Z|", "|10|11|12|13|14|15|", "|10|11|12|13|15|", "<p> |aaaaaaa|aaa|aaaaaaaa|aaaa|", "<p> |aaaaaaa|aaa|aaaaaaaa|")
	edited := parse(t, []byte(edit.Replace(string(answers(t).Encode()))))
	sea := []string{"The sea", " is", ` green.\n`, "Dive", "!"}
	for n, envelope := range map[int]string{0: ofOpenAI, 1: ofResponses} {
		r := edited.Interactions[n].Response
		want := said(envelope, "\n\n", sea...)
		if n == 0 {
			want += "data: [DONE]\n\n"
			first := len(said(envelope, "\n\n", sea[0]))
			if second := first + len(said(envelope, "\n\n", sea[1:3]...)); len(r.Chunks) != 2 || r.Chunks[0].Size != first || r.Chunks[0].Size+r.Chunks[1].Size != second {
				t.Errorf("the parts are %v, not those of 1 and 2 events", r.Chunks)
			}
		}
		if r.Body.String() != want {
			t.Errorf("read is\n%s\nnot\n%s", r.Body, want)
		}
	}
	want := frameOf("messageStart", `{"role":"assistant"}`)
	for _, word := range sea {
		want += frameOf("contentBlockDelta", `{"contentBlockIndex":0,"delta":{"text":"`+word+`"},"p":"abc"}`)
	}
	if got := edited.Interactions[5].Response.Body.String(); got != want {
		t.Errorf("read is\n%q\nnot\n%q", got, want)
	}
	if got := edited.Interactions[3].Response.Body.String(); !strings.HasSuffix(got, "\"text\": \"!\"}],\"role\": \"model\"},\"index\": 0}],\"usageMetadata\": {\"totalTokenCount\": 15}}\r\n\r\n") {
		t.Errorf("read is\n%s", got)
	}
}

// Another answer changes the lines of its words, and not one line for each of them.
func TestAnswersThatChange(t *testing.T) {
	lines := func(words ...string) []string {
		c := &cassette.Cassette{Interactions: []*cassette.Interaction{stream(sse, said(ofOpenAI, "\n\n", words...))}}
		return strings.Split(string(c.Encode()), "\n")
	}
	before := lines("The ", "sky ", "is ", "blue ", "and ", "high, ", "and ", "so ", "it ", "has ", "been. ", "Look ", "up ", "now ", "and ", "then ", "again, ", "to ", "see ", "it ", "yourself.")
	after := lines("The ", "sky ", "is ", "grey ", "and ", "low, ", "and ", "so ", "it ", "has ", "been. ", "Look ", "up ", "now ", "and ", "then ", "again, ", "to ", "see ", "it ", "yourself.")
	changed := 0
	for n := range before {
		if n >= len(after) || before[n] != after[n] {
			changed++
		}
	}
	if changed != 1 || len(before) != len(after) {
		t.Errorf("%d lines changed:\n%s\n\n%s", changed, strings.Join(before, "\n"), strings.Join(after, "\n"))
	}
}

// What a server sends under a type of streams survives, and both readers agree on it.
func FuzzStream(f *testing.F) {
	for n, i := range answers(f).Interactions {
		f.Add(n%3, i.Response.Body.Bytes())
	}
	f.Fuzz(func(t *testing.T, kind int, body []byte) {
		contentType := []string{sse, ndjson, frames}[uint(kind)%3]
		i := stream(contentType, string(body))
		if third := len(body) / 3; third > 0 {
			i.Response.Chunks = []cassette.Chunk{{Size: third}, {Size: third}, {Size: len(body) - 2*third}}
		}
		i.Request.Header, i.Request.Body = i.Response.Header, i.Response.Body
		c := &cassette.Cassette{Interactions: []*cassette.Interaction{i}}
		checkRoundTrip(t, c)
		checkReaders(t, c.Encode())
	})
}

// BenchmarkStreams reads streams as the forms of a tape show them; the size is that of
// the bodies.
func BenchmarkStreams(b *testing.B) {
	d := draw{rand.New(rand.NewPCG(9, 10))}
	c := new(cassette.Cassette)
	size := 0
	for range 100 {
		body := said(ofOpenAI, "\n\n", strings.SplitAfter(d.words(150), " ")...)
		i := stream(sse, body)
		i.Recorded, i.Took = noon, time.Second
		c.Interactions = append(c.Interactions, i)
		size += len(body)
	}
	asText := clones(c)
	for _, i := range asText.Interactions {
		i.Response.Header = http.Header{"Content-Type": {plain}}
	}
	for _, tape := range []struct {
		name string
		data []byte
	}{{"events", c.Encode()}, {"text", asText.Encode()}} {
		if name := "    " + tape.name + ": |"; !bytes.Contains(tape.data, []byte(name)) {
			b.Fatalf("no %s in\n%.2000s", name, tape.data)
		}
		b.Run("form="+tape.name, func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := cassette.ParseWhole("a.yaml", tape.data, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
