// Package chat reads an interaction with a model as a conversation: who said what, which
// tools were called, and how many tokens it took. A stream reads like a whole answer.
//
// Each API has a reader in a file of its own, and a line in the table of readers. Bodies
// are untrusted: reading takes time in proportion to their size, goes no deeper than an
// API does, and keeps at most 10,000 pieces.
package chat

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// A Chat is a conversation with a model, up to its answer. Texts are as the body has
// them: they may hold secrets, and anything that a terminal or a page acts on.
type Chat struct {
	API    string // such as "OpenAI chat"
	Model  string // that answered, or that was asked for; "" if nothing names it
	Asked  []Message
	Answer []Message // one for each choice, several for what a model does in steps
	// Talks says that a model was to answer in words, and not with vectors or pictures.
	Talks bool
	// IsCut says that the conversation has more pieces than are kept.
	IsCut bool
}

// A Message is what one side said at once.
type Message struct {
	Role   string // system, user, assistant or tool
	Pieces []Piece
}

// A Piece is one thing in a message: a text, a call, a file.
type Piece struct {
	Kind Kind
	// Text is what was said; of a call its arguments, as JSON; of a file what it is.
	Text string
	Name string // of the tool that is called
	ID   string // by which the result names the call
}

// A Kind says what a piece is.
type Kind int

const (
	Said     Kind = iota // words
	Thought              // words that a model shows of its reasoning
	Called               // a call of a tool
	Returned             // the result of one
	Attached             // a file, picture or sound
	Failed               // an error in the place of an answer
)

// Of returns the conversation of an interaction that was decoded; ok is false if no
// reader knows its URL.
func Of(i *cassette.Interaction) (c Chat, ok bool) {
	r, place := readerOf(i)
	if r == nil {
		return Chat{}, false
	}
	var asked, answer side
	request := body(i.Request.Header, i.Request.Body)
	r.asked(&asked, upload(i.Request.Header, request))
	r.answerOf(&answer, i)
	c = Chat{API: r.api, Talks: r.talks, Asked: asked.done(), Answer: answer.done(), IsCut: asked.isCut || answer.isCut}
	c.Model = r.modelOf(i, answer.model, place)
	return c, true
}

// Said returns the words of the answer; of several choices, those of the first.
func (c Chat) Said() string {
	var said strings.Builder
	for _, message := range c.Answer[:min(1, len(c.Answer))] {
		for _, piece := range message.Pieces {
			if piece.Kind == Said {
				said.WriteString(piece.Text)
			}
		}
	}
	return said.String()
}

// Calls returns the calls of tools in the answer.
func (c Chat) Calls() []Piece {
	var calls []Piece
	for _, message := range c.Answer {
		for _, piece := range message.Pieces {
			if piece.Kind == Called {
				calls = append(calls, piece)
			}
		}
	}
	return calls
}

// A reader knows the bodies of one API.
type reader struct {
	api    string
	talks  bool
	takes  func(at place) bool
	asked  func(s *side, request value)
	answer func(s *side, answer value)             // a whole answer
	event  func(s *side, name string, event value) // an event of a stream; nil if there are none
	// raw reads an answer that is not JSON, such as sound. Nil if there are none.
	raw    func(s *side, contentType string, answer []byte)
	counts []counts
}

// readers are asked in this order. Services that follow another's API with something of
// their own come before it.
var readers = []*reader{
	&groq, &openRouter, &mistral,
	&openAIChat, &openAIResponses, &openAIEmbeddings, &openAIImages, &openAITranscriptions, &openAISpeech,
	&anthropic, &gemini, &geminiEmbeddings, &bedrockConverse, &bedrockEmbeddings, &bedrockInvoke,
	&cohere, &cohereFirst, &cohereEmbeddings, &ollama, &ollamaEmbeddings,
}

// A place is where a request went.
type place struct{ host, path string }

func (p place) endsIn(paths ...string) bool {
	for _, path := range paths {
		if strings.HasSuffix(p.path, path) {
			return true
		}
	}
	return false
}

func (p place) isAt(domain string) bool {
	return p.host == domain || strings.HasSuffix(p.host, "."+domain)
}

// between returns what stands in the path after one text and before another.
func (p place) between(before, after string) string {
	_, rest, found := strings.Cut(p.path, before)
	if text, _, ok := strings.Cut(rest, after); found && ok {
		return text
	}
	return ""
}

// Knows reports whether a reader knows the requests to a URL.
func Knows(method, url string) bool {
	r, _ := readerFor(method, url)
	return r != nil
}

func readerOf(i *cassette.Interaction) (*reader, place) {
	return readerFor(i.Request.Method, i.Request.URL)
}

func readerFor(method, to string) (*reader, place) {
	if method != http.MethodPost {
		return nil, place{}
	}
	u, err := url.Parse(to)
	if err != nil {
		return nil, place{}
	}
	at := place{strings.ToLower(u.Hostname()), strings.TrimSuffix(u.Path, "/")}
	for _, r := range readers {
		if r.takes(at) {
			return r, at
		}
	}
	return nil, place{}
}

// answerOf reads the answer of an interaction, whether it is a stream or not.
func (r *reader) answerOf(s *side, i *cassette.Interaction) {
	contentType := i.Response.Header.Get("Content-Type")
	answer := body(i.Response.Header, i.Response.Body)
	switch kind := kindOf(contentType, answer); {
	case i.Error != nil && len(answer) == 0:
		s.fail(i.Error.Message)
	case i.Response.Status >= http.StatusBadRequest:
		s.fail(failure(answer))
	case kind == media.JSON && r.event != nil && bytes.HasPrefix(answer, []byte{'['}): // a stream of Gemini
		for event := range value(answer).items() {
			r.event(s, "", event)
		}
	case kind == media.JSON:
		r.answer(s, value(answer))
	case r.event != nil && kind != media.Other && kind != media.Text:
		for name, event := range media.Events(kind, answer) {
			r.event(s, name, value(event))
			if failed := value(event).at("error"); failed.isThere() {
				s.fail(failure(event))
			}
		}
	case r.raw != nil:
		r.raw(s, contentType, answer)
	}
}

// failure returns what the body of an error says.
func failure(body []byte) string {
	for _, path := range []string{"error.message", "message", "error", "detail"} {
		if text := value(body).at(path).text(); text != "" {
			return text
		}
	}
	return string(body)
}

// modelOf returns the model that answered, else the one that the request names.
func (r *reader) modelOf(i *cassette.Interaction, answered string, at place) string {
	if answered != "" {
		return answered
	}
	request := upload(i.Request.Header, body(i.Request.Header, i.Request.Body))
	if model := request.at("model").text(); model != "" {
		return model
	}
	for _, around := range [][2]string{{"/models/", ":"}, {"/model/", "/"}, {"/deployments/", "/"}} {
		if model := at.between(around[0], around[1]); model != "" {
			return model
		}
	}
	return ""
}

// kindOf returns the form of an answer, which tells it if no header does.
func kindOf(contentType string, answer []byte) media.Kind {
	switch kind := media.KindOf(contentType); {
	case kind != media.Other && kind != media.Text:
		if kind == media.NDJSON && bytes.Count(answer, []byte{'\n'}) <= 1 {
			return media.JSON
		}
		return kind
	case bytes.HasPrefix(answer, []byte("data:")), bytes.HasPrefix(answer, []byte("event:")):
		return media.SSE
	case bytes.HasPrefix(answer, []byte{'{'}), bytes.HasPrefix(answer, []byte{'['}):
		return media.JSON
	default:
		return kind
	}
}

// body returns what a body says, without white space around it and decompressed.
func body(header http.Header, b cassette.Body) []byte {
	text := b.Bytes()
	if coding := header.Get("Content-Encoding"); coding != "" {
		text, _ = media.Decompress(coding, text)
	}
	if kind := media.KindOf(header.Get("Content-Type")); kind == media.Other || kind == media.Frames {
		return text
	}
	return bytes.TrimLeft(text, " \t\r\n")
}
