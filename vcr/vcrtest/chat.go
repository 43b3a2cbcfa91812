package vcrtest

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// created is the creation time in all responses of Chat, in Unix seconds. It is fixed
// so that equal requests get equal responses.
const created = 1767225600

// maxPrompt is the largest request body that Chat reads, in bytes.
const maxPrompt = 4 << 20

// Chat returns a handler that imitates OpenAI's API for chat completions.
//
//	POST /v1/chat/completions   a reply to the last message of role user
//	POST /v1/embeddings         a vector of eight numbers for each input, from its hash
//	GET  /v1/models             the list of models
//
// It knows the capitals of a few countries, as in "What is the capital of France?", and
// repeats any other message. Every word counts as a token.
//
// If "stream" is true, it sends the reply as server-sent events: one word per event,
// each flushed, then data: [DONE]. If stream_options.include_usage is true, the event
// before [DONE] has the usage.
//
// Errors are JSON objects as in OpenAI's API:
//
//   - 401 without an Authorization header, which may have any value
//   - 400 if the body is over 4 MiB or is not valid for the endpoint
//   - 404 for any other method or path
//   - 429 with Retry-After: 1 for the model "rate-limited"; all other models are accepted
//
// Equal requests get responses of equal bytes, apart from the Date header. The handler
// has no state and may be used concurrently.
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

// identify returns an identifier that depends only on the request.
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

// dimensions is the length of a vector.
const dimensions = 8

// embeddingRequest has the fields of a request that are used.
type embeddingRequest struct {
	Model string `json:"model"`
	Input inputs `json:"input"`
}

// inputs is one text or a list of them.
type inputs []string

type embedding struct {
	Object string              `json:"object"`
	Index  int                 `json:"index"`
	Vector [dimensions]float64 `json:"embedding"`
}

type embeddings struct {
	Object string      `json:"object"`
	Data   []embedding `json:"data"`
	Model  string      `json:"model"`
	Usage  struct {
		PromptTokens int `json:"prompt_tokens"`
		TotalTokens  int `json:"total_tokens"`
	} `json:"usage"`
}

func serveEmbeddings(w http.ResponseWriter, body []byte) {
	var request embeddingRequest
	if failure := decode(body, &request); failure != nil {
		failure.write(w)
		return
	}
	if len(request.Input) == 0 {
		badRequest("the body has no input").write(w)
		return
	}
	response := embeddings{Object: "list", Model: request.Model}
	for i, input := range request.Input {
		response.Data = append(response.Data, embedding{"embedding", i, vector(input)})
		response.Usage.PromptTokens += words(input)
	}
	response.Usage.TotalTokens = response.Usage.PromptTokens
	writeJSON(w, http.StatusOK, response)
}

func (r *embeddingRequest) model() string { return r.Model }

// vector turns a text's hash into numbers between -0.32768 and 0.32767, which have a
// short decimal form.
func vector(text string) [dimensions]float64 {
	hash := sha256.Sum256([]byte(text))
	var v [dimensions]float64
	for i := range v {
		v[i] = float64(int16(binary.BigEndian.Uint16(hash[2*i:]))) / 1e5
	}
	return v
}

// UnmarshalJSON reads a string or a list of strings.
func (in *inputs) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		*in = make(inputs, 1)
		return json.Unmarshal(data, &(*in)[0])
	}
	return json.Unmarshal(data, (*[]string)(in))
}

// failure is the error object of the API.
type failure struct {
	status  int
	Message string  `json:"message"`
	Type    string  `json:"type"`
	Param   *string `json:"param"`
	Code    string  `json:"code"`
}

var unauthorized = &failure{
	status:  http.StatusUnauthorized,
	Message: "no API key was given; send one as Authorization: Bearer",
	Type:    "invalid_request_error",
	Code:    "invalid_api_key",
}

var rateLimited = &failure{
	status:  http.StatusTooManyRequests,
	Message: "too many requests for this model; try again in 1s",
	Type:    "requests",
	Code:    "rate_limit_exceeded",
}

func badRequest(message string) *failure {
	return &failure{
		status:  http.StatusBadRequest,
		Message: message,
		Type:    "invalid_request_error",
		Code:    "invalid_request",
	}
}

func notFound(r *http.Request) *failure {
	return &failure{
		status:  http.StatusNotFound,
		Message: fmt.Sprintf("%s %s: no such endpoint", r.Method, r.URL.Path),
		Type:    "invalid_request_error",
		Code:    "unknown_url",
	}
}

// write sends the failure as the response.
func (f *failure) write(w http.ResponseWriter) {
	if f.status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "1")
	}
	writeJSON(w, f.status, struct {
		Error *failure `json:"error"`
	}{f})
}

// decode reads a request's body and returns a failure if it is not valid.
func decode(body []byte, request interface{ model() string }) *failure {
	if err := json.Unmarshal(body, request); err != nil {
		return badRequest("the body is not valid JSON for this endpoint: " + err.Error())
	}
	switch request.model() {
	case "":
		return badRequest("the body has no model")
	case "rate-limited":
		return rateLimited
	}
	return nil
}

// writeJSON sends a value as compact JSON.
func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// A client that has gone cannot be told of an error.
	_, _ = w.Write(encode(value))
}

// encode returns compact JSON and does not escape < > &, as APIs do. It ignores errors:
// all values of this package have a JSON form.
func encode(value any) []byte {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value)
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))
}
