package view

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/chat"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/title"
)

// An interaction is a request and its answer, as a conversation if it is one, and as they
// are on the tape.
type interaction struct {
	Title    string    `json:"title"`
	Line     int       `json:"line"`
	Facts    []string  `json:"facts,omitempty"`
	Failed   bool      `json:"failed,omitempty"`
	IsChat   bool      `json:"isChat,omitempty"`
	IsCut    bool      `json:"isCut,omitempty"` // the conversation has more pieces
	Asked    []message `json:"asked,omitempty"`
	Answer   []message `json:"answer,omitempty"`
	Request  raw       `json:"request"`
	Response raw       `json:"response"`

	cut int // how many texts are not whole
}

// A message is what one side of a conversation says.
type message struct {
	Role string `json:"role"`
	Kind string `json:"kind"` // said, thought, called, returned, attached or failed
	Name string `json:"name,omitempty"`
	Text string `json:"text"`
	Left int    `json:"left,omitempty"` // how many bytes are left out
}

// A raw is a message of HTTP.
type raw struct {
	Head string `json:"head"`
	Body string `json:"body,omitempty"`
	Left int    `json:"left,omitempty"` // how many bytes of the body are left out
	// Size is that of the body in bytes, and Kind is json, text or bytes, of which the
	// body is a dump.
	Size int    `json:"size,omitempty"`
	Kind string `json:"kind,omitempty"`
}

var kinds = map[chat.Kind]string{
	chat.Said: "said", chat.Thought: "thought", chat.Called: "called", chat.Returned: "returned", chat.Attached: "attached", chat.Failed: "failed",
}

// interactionOf shows an interaction in so many bytes, about.
func interactionOf(i *cassette.Interaction, beside *smallFiles, room int) interaction {
	shown := interaction{Line: i.Line()}
	request := cassette.Request{Method: i.Request.Method, URL: i.Request.URL}
	shown.Title = line(title.OfRequest(request, withoutSecrets))
	texts := &texts{}
	shown.Request.head(requestHead(i), i.Request.Header)
	texts.body(&shown.Request, i.Request.Header, i.Request.Body)
	switch err := i.Decode(); {
	case err != nil && beside.refused:
		shown.Facts = []string{"the answer is in a file of its own, and too large for this page"}
	case err != nil:
		shown.Failed = true
		shown.Facts = []string{"the answer cannot be read: " + line(withoutSecrets(reasonOf(err)))}
	default:
		shown.tell(i)
		shown.Response.head(responseHead(i), i.Response.Header)
		texts.body(&shown.Response, i.Response.Header, i.Response.Body)
		if c, isChat := chat.Of(i); isChat {
			shown.IsChat, shown.IsCut = true, c.IsCut
			shown.Asked, shown.Answer = texts.said(c.Asked), texts.said(c.Answer)
			shown.Facts = slices.Insert(shown.Facts, 0, factsOf(c, i)...)
		}
	}
	room -= len(shown.Title) + len(shown.Request.Head) + len(shown.Response.Head) + 60*len(texts.all) + 150
	shown.cut = texts.fit(room)
	return shown
}

// tell says how the exchange ended.
func (shown *interaction) tell(i *cassette.Interaction) {
	if i.Response.Status != 0 {
		shown.Facts = append(shown.Facts, strings.TrimSpace(fmt.Sprintf("%d %s", i.Response.Status, http.StatusText(i.Response.Status))))
		shown.Failed = i.Response.Status >= http.StatusBadRequest
	}
	if i.Error != nil {
		shown.Facts = append(shown.Facts, "failed: "+line(withoutSecrets(i.Error.Message)))
		shown.Failed = true
	}
	if i.Took > 0 {
		shown.Facts = append(shown.Facts, i.Took.Round(time.Millisecond).String())
	}
	if !i.Recorded.IsZero() {
		shown.Facts = append(shown.Facts, "recorded "+dateOf(i.Recorded))
	}
	if !i.Amended.IsZero() {
		shown.Facts = append(shown.Facts, "amended "+dateOf(i.Amended))
	}
}

// factsOf says which model answered, and with how many tokens.
func factsOf(c chat.Chat, i *cassette.Interaction) []string {
	facts := []string{c.API}
	if c.Model != "" {
		facts = append(facts, line(withoutSecrets(c.Model)))
	}
	if tokens := chat.UsageOf(i).Tokens.String(); tokens != "" {
		facts = append(facts, tokens+" tokens")
	}
	return facts
}

func requestHead(i *cassette.Interaction) string { return i.Request.Method + " " + i.Request.URL }

func responseHead(i *cassette.Interaction) string {
	if i.Response.Status == 0 {
		return "no response"
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", i.Response.Status, http.StatusText(i.Response.Status)))
}

// mostOfHead is how many bytes of the headers are shown.
const mostOfHead = 2 << 10

func (r *raw) head(first string, header http.Header) {
	var head strings.Builder
	head.WriteString(first)
	for _, name := range sortedNames(header) {
		for _, value := range header[name] {
			fmt.Fprintf(&head, "\n%s: %s", name, value)
		}
		if head.Len() > 2*mostOfHead {
			break
		}
	}
	text := lines(withoutSecrets(head.String()))
	if len(text) > mostOfHead {
		text = strings.ToValidUTF8(text[:mostOfHead], "") + "…"
	}
	r.Head = text
}

func sortedNames(header http.Header) []string {
	names := make([]string, 0, len(header))
	for name := range header {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// mostDumped is how many bytes are shown of a body that is no text.
const mostDumped = 256

// body takes a body to be shown.
func (t *texts) body(r *raw, header http.Header, b cassette.Body) {
	content := b.Bytes()
	r.Size = len(content)
	switch {
	case len(content) == 0:
	case !utf8.Valid(content):
		r.Kind = "bytes"
		r.Body = hex.Dump(content[:min(len(content), mostDumped)])
		r.Left = max(0, len(content)-mostDumped)
	default:
		r.Kind = "text"
		if media.KindOf(header.Get("Content-Type")) == media.JSON || bytes.HasPrefix(content, []byte{'{'}) {
			r.Kind = "json"
		}
		t.add(string(content), &r.Body, &r.Left)
	}
}

// said takes the pieces of messages, to be shown.
func (t *texts) said(messages []chat.Message) (all []message) {
	for _, m := range messages {
		for _, p := range m.Pieces {
			all = append(all, message{Role: m.Role, Kind: kinds[p.Kind], Name: line(withoutSecrets(strings.TrimSpace(p.Name + " " + p.ID)))})
		}
	}
	n := 0
	for _, m := range messages {
		for _, p := range m.Pieces {
			t.add(p.Text, &all[n].Text, &all[n].Left)
			n++
		}
	}
	return all
}
