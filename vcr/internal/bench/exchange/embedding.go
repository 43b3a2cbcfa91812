package exchange

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strconv"
)

// dimensions is the length of a vector of text-embedding-3-small.
const dimensions = 1536

// Embedding returns the embedding of some texts. Its response has about size bytes:
// compact JSON with a vector for each text.
func Embedding(size int) Exchange {
	random := newSource(uint64(size))
	body := []byte(`{"object":"list","data":[`)
	var texts []string
	for len(body) < size {
		if len(texts) > 0 {
			body = append(body, ',')
		}
		body = append(body, `{"object":"embedding","index":`...)
		body = strconv.AppendInt(body, int64(len(texts)), 10)
		body = append(appendVector(append(body, `,"embedding":`...), random, size), '}')
		texts = append(texts, prose(random, 60))
	}
	body = append(body, `],"model":"text-embedding-3-small","usage":{"prompt_tokens":2048,"total_tokens":2048}}`...)
	return Exchange{
		URL:      api + "/v1/embeddings",
		Header:   requestHeader(),
		Body:     compact(embeddingRequest{"text-embedding-3-small", texts, "float"}),
		Response: Response{Header: responseHeader("application/json"), Body: string(body)},
	}
}

// Lines returns the exchange with an indented response, a number on each line, as
// some services write their JSON.
func Lines(e Exchange) Exchange {
	var body bytes.Buffer
	if err := json.Indent(&body, []byte(e.Response.Body), "", "  "); err != nil {
		panic(err) // the response is made here
	}
	e.Response.Body = body.String()
	return e
}

type embeddingRequest struct {
	Model          string   `json:"model"`
	Input          []string `json:"input"`
	EncodingFormat string   `json:"encoding_format"`
}

// appendVector appends a vector, and stops early once there are size bytes.
func appendVector(dst []byte, random *rand.Rand, size int) []byte {
	dst = append(dst, '[')
	for n := range dimensions {
		if n > 0 {
			if len(dst) >= size {
				break
			}
			dst = append(dst, ',')
		}
		dst = strconv.AppendFloat(dst, random.NormFloat64()/40, 'f', 9, 64)
	}
	return append(dst, ']')
}
