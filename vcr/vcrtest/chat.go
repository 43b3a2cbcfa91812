package vcrtest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// created is when everything that Chat makes was made, in Unix seconds. It is
// fixed so that equal requests get equal answers.
const created = 1767225600

// maxPrompt is the largest request body that Chat reads, in bytes.
const maxPrompt = 4 << 20

// Chat returns a handler that stands in for a chat-completions API, in the wire
// form that OpenAI publishes.
//
//	POST /v1/chat/completions   answers the last message of role user; as server-sent events if "stream" is true
//	POST /v1/embeddings         a vector of eight numbers for each input, from the input's hash
//	GET  /v1/models             the models that it has
//
// It knows the capitals of a few countries, as in "What is the capital of
// France?", and repeats any other message. A stream sends a word an event, each
// flushed, and ends with data: [DONE]; the event before that carries the usage
// if stream_options.include_usage is set. A token is a word.
//
// Failures are an error object with status 401 if there is no Authorization
// header, which may hold anything; 400 if the body is not the JSON that is
// asked for or is over 4 MiB; 429 with Retry-After: 1 for the model "rate-limited"; and 404 at
// any other method or path. Every other model is accepted.
//
// Equal requests get equal answers to the byte, apart from the Date header. The
// handler keeps no state and may be used concurrently.
func Chat() http.Handler {
	return http.HandlerFunc(serveChat)
}

func serveChat(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPrompt))
	id := identify(r, body)
	header := w.Header()
	header.Set("X-Request-Id", "req_"+id)
	header.Set("Openai-Organization", "vcrtest")
	header.Set("Openai-Processing-Ms", "42")
	header.Set("Openai-Version", "2020-10-01")
	header.Set("Set-Cookie", "__cf_bm=bm-"+id[:16]+"; path=/; HttpOnly; Secure")

	if r.Header.Get("Authorization") == "" {
		unauthorized.write(w)
		return
	}
	if err != nil {
		badRequest(err.Error()).write(w)
		return
	}
	switch r.Method + " " + r.URL.Path {
	case "POST /v1/chat/completions":
		serveCompletion(w, id, body)
	case "POST /v1/embeddings":
		serveEmbeddings(w, body)
	case "GET /v1/models":
		serveModels(w)
	default:
		notFound(r).write(w)
	}
}

// identify derives an identifier from what was asked, in place of a random one.
func identify(r *http.Request, body []byte) string {
	hash := sha256.New()
	fmt.Fprintf(hash, "%s %s\n%s", r.Method, r.URL, body)
	return hex.EncodeToString(hash.Sum(nil)[:16])
}

func serveModels(w http.ResponseWriter) {
	type model struct {
		ID      string `json:"id"`
		Object  string `json:"object"`
		Created int64  `json:"created"`
		OwnedBy string `json:"owned_by"`
	}
	writeJSON(w, http.StatusOK, struct {
		Object string  `json:"object"`
		Data   []model `json:"data"`
	}{"list", []model{
		{"gpt-4o-mini", "model", created, "vcrtest"},
		{"text-embedding-3-small", "model", created, "vcrtest"},
	}})
}

// writeJSON answers with a value as compact JSON.
func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// A client that is gone cannot be told.
	_, _ = w.Write(encode(value))
}

// encode returns compact JSON that leaves < > & as they are, as APIs send them.
// The value is one of ours, which always has a JSON form.
func encode(value any) []byte {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value)
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))
}
