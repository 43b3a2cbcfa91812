package sdk_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/anthropics/anthropic-sdk-go"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/option"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
	"github.com/ollama/ollama/api"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"google.golang.org/genai"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// A counter counts the requests that a client sends through a session.
type counter struct {
	session *recorder.Session
	sent    atomic.Int64
}

func (c *counter) RoundTrip(req *http.Request) (*http.Response, error) {
	c.sent.Add(1)
	return c.session.RoundTrip(req)
}

// A refused request is sent once where the code has the context of the session, as
// it has with the context of a Ginkgo spec. Without it, some SDKs try again after each
// error of a transport: they ask nothing that an error could answer.
func TestRefusedRequestsAreSentOnce(t *testing.T) {
	for _, sdk := range []struct {
		name    string
		ask     func(context.Context, *http.Client) error
		without int64 // requests without the context
	}{
		{"openai", askOpenAI, 3},
		{"anthropic", askAnthropic, 3},
		{"genai", askGenAI, 1},
		{"genai, told to try again", askGenAIAgain, 2},
		{"ollama", askOllama, 1},
		{"bedrock", askBedrock, 1},
	} {
		for _, c := range []struct {
			about string
			ctx   func(*recorder.Session) context.Context
			sent  int64
		}{
			{"with the context", func(s *recorder.Session) context.Context { return s.Context(t.Context()) }, 1},
			{"without it", func(*recorder.Session) context.Context { return context.Background() }, sdk.without},
		} {
			t.Run(sdk.name+" "+c.about, func(t *testing.T) {
				session, err := recorder.Open(recorder.Config{Path: filepath.Join(t.TempDir(), "tape.yaml"), Mode: recorder.None})
				if err != nil {
					t.Fatal(err)
				}
				transport := &counter{session: session}
				err = sdk.ask(c.ctx(session), &http.Client{Transport: transport})
				if !errors.Is(err, recorder.ErrMiss) && !errors.Is(err, context.Canceled) {
					t.Errorf("got the error %v", err)
				}
				if sent := transport.sent.Load(); sent != c.sent {
					t.Errorf("sent %d requests, want %d", sent, c.sent)
				}
			})
		}
	}
}

func askOpenAI(ctx context.Context, client *http.Client) error {
	sdk := openai.NewClient(option.WithHTTPClient(client), option.WithAPIKey("none"))
	_, err := sdk.Models.List(ctx)
	return err
}

func askAnthropic(ctx context.Context, client *http.Client) error {
	sdk := anthropic.NewClient(anthropicoption.WithHTTPClient(client), anthropicoption.WithAPIKey("none"))
	_, err := sdk.Models.List(ctx, anthropic.ModelListParams{})
	return err
}

func askGenAI(ctx context.Context, client *http.Client) error {
	return askGemini(ctx, client, genai.HTTPOptions{})
}

func askGenAIAgain(ctx context.Context, client *http.Client) error {
	return askGemini(ctx, client, genai.HTTPOptions{RetryOptions: &genai.HTTPRetryOptions{Attempts: genai.Ptr[int32](2)}})
}

func askGemini(ctx context.Context, client *http.Client, options genai.HTTPOptions) error {
	sdk, err := genai.NewClient(ctx, &genai.ClientConfig{APIKey: "none", Backend: genai.BackendGeminiAPI, HTTPClient: client, HTTPOptions: options})
	if err != nil {
		return err
	}
	_, err = sdk.Models.GenerateContent(ctx, "gemini-2.5-flash", genai.Text("What is the capital of France?"), nil)
	return err
}

func askOllama(ctx context.Context, client *http.Client) error {
	_, err := api.NewClient(&url.URL{Scheme: "http", Host: "localhost:11434"}, client).List(ctx)
	return err
}

func askBedrock(ctx context.Context, client *http.Client) error {
	sdk := bedrockruntime.New(bedrockruntime.Options{
		Region: "us-east-1", HTTPClient: client,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "none", SecretAccessKey: "none"}, nil
		}),
	})
	_, err := sdk.Converse(ctx, &bedrockruntime.ConverseInput{ModelId: aws.String("a-model"), Messages: []types.Message{{
		Role: types.ConversationRoleUser, Content: []types.ContentBlock{&types.ContentBlockMemberText{Value: "What is the capital of France?"}},
	}}})
	return err
}
