package vcrtest

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"net/http"
)

// dimensions is the length of a vector.
const dimensions = 8

// embeddingRequest is what is read of a request for embeddings.
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
	answer := embeddings{Object: "list", Model: request.Model}
	for i, input := range request.Input {
		answer.Data = append(answer.Data, embedding{"embedding", i, vector(input)})
		answer.Usage.PromptTokens += words(input)
	}
	answer.Usage.TotalTokens = answer.Usage.PromptTokens
	writeJSON(w, http.StatusOK, answer)
}

func (r *embeddingRequest) model() string { return r.Model }

// vector spreads a text's hash over numbers between -0.32768 and 0.32767, which
// have a short decimal form.
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
