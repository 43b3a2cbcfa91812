package genai_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"google.golang.org/genai"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

var _ = Describe("Files", vcr.Recorded(), func() {
	// The upload goes to an address which the first answer gives, with a secret
	// in it; on the tape it is a placeholder, in both places.
	It("are uploaded and asked about", func(ctx SpecContext) {
		client := newClient(ctx)
		file, err := client.Files.Upload(ctx, strings.NewReader("Hello from a file.\n"), &genai.UploadFileConfig{
			DisplayName: "greeting",
			MIMEType:    "text/plain",
		})
		standin.Read(file, err)
		Expect(err).NotTo(HaveOccurred())
		Expect(file.Name).To(Equal("files/stand-in"))
		Expect(file.State).To(Equal(genai.FileStateActive))

		answer, err := client.Models.GenerateContent(ctx, model, []*genai.Content{genai.NewContentFromParts([]*genai.Part{
			genai.NewPartFromText("What does the file say?"),
			genai.NewPartFromURI(file.URI, file.MIMEType),
		}, genai.RoleUser)}, nil)
		standin.Read(answer, err)
		Expect(err).NotTo(HaveOccurred())
		Expect(answer.Text()).To(Equal("The file says hello."))
		Expect(vcr.Current()).To(HavePlayed(3))
	})
})
