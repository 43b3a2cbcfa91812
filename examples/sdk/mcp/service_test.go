package mcp_test

import (
	"context"
	"net/http"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// The endpoints of the service: one with sessions and a standing stream for events, one
// without, as the protocol has it from 2026-07-28 on.
const (
	withSessions    = "http://tools.example.com/mcp"
	withoutSessions = "http://tools.example.com/stateless"
)

// weatherService is the server of the SDK, so that the tapes hold what it really sends.
// It must not mind that requests for another host come to a loopback address.
func weatherService() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/mcp", sdk.NewStreamableHTTPHandler(func(*http.Request) *sdk.Server { return newServer() }, &sdk.StreamableHTTPOptions{DisableLocalhostProtection: true}))
	shared := newServer()
	mux.Handle("/stateless", sdk.NewStreamableHTTPHandler(func(*http.Request) *sdk.Server { return shared }, &sdk.StreamableHTTPOptions{Stateless: true, DisableLocalhostProtection: true}))
	return mux
}

type place struct {
	City string `json:"city"`
}

type nothing struct{}

func newServer() *sdk.Server {
	server := sdk.NewServer(&sdk.Implementation{Name: "weather", Version: "1"}, nil)
	sdk.AddTool(server, &sdk.Tool{Name: "weather", Description: "tells the weather"}, func(ctx context.Context, req *sdk.CallToolRequest, in place) (*sdk.CallToolResult, any, error) {
		if token := req.Params.GetProgressToken(); token != nil {
			_ = req.Session.NotifyProgress(ctx, &sdk.ProgressNotificationParams{ProgressToken: token, Progress: 1, Message: "looking at " + in.City})
		}
		return say("It is sunny in " + in.City + "."), nil, nil
	})
	sdk.AddTool(server, &sdk.Tool{Name: "learn", Description: "adds a tool"}, func(context.Context, *sdk.CallToolRequest, nothing) (*sdk.CallToolResult, any, error) {
		sdk.AddTool(server, &sdk.Tool{Name: "forecast", Description: "tells the weather of tomorrow"}, func(context.Context, *sdk.CallToolRequest, place) (*sdk.CallToolResult, any, error) {
			return say("It will rain."), nil, nil
		})
		return say("There is a forecast now."), nil, nil
	})
	sdk.AddTool(server, &sdk.Tool{Name: "here", Description: "asks where the person is"}, func(ctx context.Context, req *sdk.CallToolRequest, _ nothing) (*sdk.CallToolResult, any, error) {
		answer, err := req.Session.Elicit(ctx, &sdk.ElicitParams{Message: "Where are you?", RequestedSchema: map[string]any{
			"type": "object", "properties": map[string]any{"city": map[string]any{"type": "string"}},
		}})
		if err != nil {
			return nil, nil, err
		}
		return say("It is sunny in " + answer.Content["city"].(string) + "."), nil, nil
	})
	return server
}

func say(text string) *sdk.CallToolResult {
	return &sdk.CallToolResult{Content: []sdk.Content{&sdk.TextContent{Text: text}}}
}
