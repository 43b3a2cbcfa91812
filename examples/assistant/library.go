package assistant

import (
	"context"
	"fmt"
	"math"
)

// facts are what the assistant knows. A real one has them in a database.
var facts = []string{
	"Ships of more than 200 m need two tugs.",
	"The lock opens an hour before high water.",
	"The harbour master has the call sign Heron.",
}

// A library finds the fact that is nearest to a question.
type library struct {
	api   *api
	login *login
}

func (l *library) find(ctx context.Context, question string) (string, error) {
	header, err := l.login.header(ctx)
	if err != nil {
		return "", err
	}
	resp, err := l.api.post(ctx, "/v1/embeddings", header, map[string]any{
		"model": "text-embedding-3-small", "input": append([]string{question}, facts...),
	})
	if err != nil {
		return "", err
	}
	var found struct {
		Data []struct{ Embedding []float64 }
	}
	if err := read(resp, &found); err != nil || len(found.Data) != len(facts)+1 {
		return "", fmt.Errorf("%d embeddings for %d texts: %v", len(found.Data), len(facts)+1, err)
	}
	nearest, most := 0, math.Inf(-1)
	for n := range facts {
		if near := dot(found.Data[0].Embedding, found.Data[n+1].Embedding); near > most {
			nearest, most = n, near
		}
	}
	return facts[nearest], nil
}

func dot(a, b []float64) (sum float64) {
	for n := range min(len(a), len(b)) {
		sum += a[n] * b[n]
	}
	return sum
}
