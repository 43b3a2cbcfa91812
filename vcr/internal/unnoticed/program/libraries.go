package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"

	coder "github.com/coder/websocket"
	gorilla "github.com/gorilla/websocket"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
)

func coderWebsocket() {
	ctx := context.Background()
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		conn, err := coder.Accept(rw, req, nil)
		check(err)
		kind, message, err := conn.Read(ctx)
		check(err)
		check(conn.Write(ctx, kind, append([]byte("echo "), message...)))
		_ = conn.Close(coder.StatusNormalClosure, "")
	}))
	conn, resp, err := coder.Dial(ctx, server.URL, nil)
	check(err)
	check(conn.Write(ctx, coder.MessageText, []byte("hello")))
	_, message, err := conn.Read(ctx)
	fmt.Println(resp.Status, string(message), err)
}

func gorillaWebsocket() {
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		conn, err := new(gorilla.Upgrader).Upgrade(rw, req, nil)
		check(err)
		kind, message, err := conn.ReadMessage()
		check(err)
		check(conn.WriteMessage(kind, append([]byte("echo "), message...)))
	}))
	for _, dialer := range []*gorilla.Dialer{gorilla.DefaultDialer, {NetDialContext: theDefault().DialContext}} {
		conn, resp, err := dialer.Dial("ws"+strings.TrimPrefix(server.URL, "http"), nil)
		check(err)
		check(conn.WriteMessage(gorilla.TextMessage, []byte("hello")))
		_, message, err := conn.ReadMessage()
		fmt.Println(resp.Status, string(message), err)
	}
}

func overGRPC() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	server := grpc.NewServer()
	grpc_health_v1.RegisterHealthServer(server, health.NewServer())
	go func() { check(server.Serve(listener)) }()
	client, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	check(err)
	answer, err := grpc_health_v1.NewHealthClient(client).Check(context.Background(), &grpc_health_v1.HealthCheckRequest{})
	fmt.Println(answer.GetStatus(), err)
}

func overMCP() {
	ctx := context.Background()
	server := mcp.NewServer(&mcp.Implementation{Name: "server", Version: "1"}, nil)
	type input struct{ Name string }
	mcp.AddTool(server, &mcp.Tool{Name: "greet"}, func(_ context.Context, _ *mcp.CallToolRequest, in input) (*mcp.CallToolResult, any, error) {
		return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: "hello " + in.Name}}}, nil, nil
	})
	origin := httptest.NewServer(mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return server }, nil))
	client := mcp.NewClient(&mcp.Implementation{Name: "client", Version: "1"}, nil)
	session, err := client.Connect(ctx, &mcp.StreamableClientTransport{Endpoint: origin.URL}, nil)
	check(err)
	result, err := session.CallTool(ctx, &mcp.CallToolParams{Name: "greet", Arguments: input{"vcr"}})
	check(err)
	fmt.Println(result.Content[0].(*mcp.TextContent).Text)
	check(session.Close())
	defaultHTTP2()
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
