// Package assistant answers questions about a harbour as an application does in earnest:
// it logs in, looks up what it knows by embeddings, lets a model call the tools of an MCP
// server, and streams the answer. Its suite is recorded once and replayed without a
// network.
package assistant

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// An Assistant answers questions. Its URL is that of the service, such as
// https://harbour.example.com. It is safe for concurrent use.
type Assistant struct {
	login   *login
	model   *model
	library *library
	tools   *tools
}

// New returns an assistant that sends its requests with a client.
func New(url, clientSecret string, client *http.Client) *Assistant {
	api := &api{url: url, client: client}
	login := &login{api: api, secret: clientSecret}
	return &Assistant{
		login:   login,
		model:   &model{api, login},
		library: &library{api: api, login: login},
		tools:   &tools{api: api},
	}
}

// mostTurns bounds how often the model may call tools for one question.
const mostTurns = 5

// Answer answers a question, piece by piece.
func (a *Assistant) Answer(ctx context.Context, question string, say func(piece string)) error {
	known, err := a.library.find(ctx, question)
	if err != nil {
		return fmt.Errorf("looking up what is known: %w", err)
	}
	tools, err := a.tools.list(ctx)
	if err != nil {
		return fmt.Errorf("listing the tools: %w", err)
	}
	messages := []message{
		{Role: "system", Content: "You answer questions about the harbour. Today is " + today().Format(time.DateOnly) + ". What is known: " + known},
		{Role: "user", Content: question},
	}
	for range mostTurns {
		said, err := a.model.ask(ctx, messages, tools, say)
		if err != nil {
			return fmt.Errorf("asking the model: %w", err)
		}
		if len(said.ToolCalls) == 0 {
			return nil
		}
		results, err := a.tools.callAll(ctx, said.ToolCalls)
		if err != nil {
			return fmt.Errorf("calling a tool: %w", err)
		}
		messages = append(append(messages, said), results...)
	}
	return fmt.Errorf("the model called tools %d times and gave no answer", mostTurns)
}

// Watch connects to the tools and keeps their list up to date until the context is over.
// Ready is called once the server can tell of changes, and changed whenever it did.
func (a *Assistant) Watch(ctx context.Context, ready, changed func()) error {
	return a.tools.watch(ctx, ready, changed)
}

// today is what the model is told. A variable, since time goes on.
var today = time.Now
