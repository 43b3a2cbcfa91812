// Package bedrock_test records and replays the bedrockruntime of the AWS SDK.
package bedrock_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

var keys = []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}

func TestBedrock(t *testing.T) {
	RegisterFailHandler(Fail)
	vcr.Configure(vcr.Base(standin.Serve(t, keys...)), vcr.Dir(standin.Cassettes()))
	RunSpecs(t, "bedrockruntime")
}

func TestStandIn(t *testing.T) { standin.RecordAgain(t, "TestBedrock", keys...) }

// newClient is what a program does, but for the HTTP client and the keys. The
// SDK tries once, because no header of the service can take the pause away that
// it makes before another attempt.
func newClient(client *http.Client) *bedrockruntime.Client {
	options := bedrockruntime.Options{
		Region:           "us-east-1",
		RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{
				AccessKeyID:     vcr.Getenv("AWS_ACCESS_KEY_ID"),
				SecretAccessKey: vcr.Getenv("AWS_SECRET_ACCESS_KEY"),
				SessionToken:    vcr.Getenv("AWS_SESSION_TOKEN"),
			}, nil
		}),
	}
	if client != nil {
		options.HTTPClient = client
	}
	return bedrockruntime.New(options)
}
