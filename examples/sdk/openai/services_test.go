package openai_test

import (
	"bytes"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/responses"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

var _ = Describe("Embeddings", vcr.Recorded(), func() {
	It("come in the order of the inputs", func(ctx SpecContext) {
		client := newClient()
		embeddings, err := client.Embeddings.New(ctx, openai.EmbeddingNewParams{
			Model: openai.EmbeddingModelTextEmbedding3Small,
			Input: openai.EmbeddingNewParamsInputUnion{OfArrayOfStrings: []string{"Paris", "Tokyo"}},
		})
		standin.Read(embeddings, err)
		Expect(err).NotTo(HaveOccurred())
		Expect(embeddings.Data).To(HaveLen(2))
		Expect(embeddings.Data[0].Embedding).To(Equal([]float64{-0.0069292834, -0.005336422, 4.547e-05, -0.024047505}))
	})
})

var _ = Describe("Audio", vcr.Recorded(), func() {
	// The boundary of a multipart body is another one in each run.
	It("transcribes an upload", func(ctx SpecContext) {
		client := newClient()
		transcription, err := client.Audio.Transcriptions.New(ctx, openai.AudioTranscriptionNewParams{
			Model: openai.AudioModelGPTTranscribe,
			File:  openai.File(bytes.NewReader(silence), "speech.wav", "audio/wav"),
		})
		standin.Read(transcription, err)
		Expect(err).NotTo(HaveOccurred())
		Expect(transcription.Text).To(Equal("Good morning."))
		Expect(vcr.Current()).To(HaveReplayedAllInteractions())
	})
})

// silence is a WAV file with four samples of one byte.
var silence = []byte("RIFF\x28\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data\x04\x00\x00\x00\x80\x80\x80\x80")

var _ = Describe("Responses", vcr.Recorded(), func() {
	ask := func(text string) responses.ResponseNewParams {
		return responses.ResponseNewParams{
			Model: openai.ChatModelGPT5_4Mini,
			Input: responses.ResponseNewParamsInputUnion{OfString: openai.String(text)},
		}
	}

	It("answers a question", func(ctx SpecContext) {
		client := newClient()
		response, err := client.Responses.New(ctx, ask("What is the capital of Japan?"))
		standin.Read(response, err)
		Expect(err).NotTo(HaveOccurred())
		Expect(response.OutputText()).To(Equal("The capital of Japan is Tokyo."))
		Expect(response.Usage.TotalTokens).To(BeEquivalentTo(22))
	})

	It("streams an answer", func(ctx SpecContext) {
		client := newClient()
		stream := client.Responses.NewStreaming(ctx, ask("Count to two."))
		var types []string
		var pieces string
		var last responses.Response
		for stream.Next() {
			event := stream.Current()
			standin.Read(event)
			types = append(types, event.Type)
			switch event := event.AsAny().(type) {
			case responses.ResponseTextDeltaEvent:
				pieces += event.Delta
			case responses.ResponseCompletedEvent:
				last = event.Response
			}
		}
		Expect(stream.Err()).NotTo(HaveOccurred())
		Expect(types).To(HaveLen(9))
		Expect(pieces).To(Equal("One, two."))
		Expect(last.OutputText()).To(Equal(pieces))
		Expect(last.Usage.TotalTokens).To(BeEquivalentTo(16))
	})
})
