package dev.gantry.lora.starter;

import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.checkpoint.DurableFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import tools.jackson.databind.json.JsonMapper;

/// The text the starter model is pre-trained on: stories and conversations, shuffled, made anew from a seed.
///
/// A document depends on nothing but the seed and its number, so a corpus of any size is the beginning of a longer
/// one.
public final class StarterCorpus {

    /// Of a hundred documents, so many are stories; they are longer, which makes half of the text theirs.
    private static final int STORIES_IN_A_HUNDRED = 38;

    private static final JsonMapper MAPPER = new JsonMapper();

    private final StoryGenerator stories = new StoryGenerator();
    private final DialogueGenerator dialogues = new DialogueGenerator();

    /// Document `number` of the corpus of `seed`, as the model reads it: a story as plain text, a conversation in
    /// ChatML, either closed by the separator.
    public String document(long seed, long number) {
        SplittableRandom random = new SplittableRandom(seed ^ new SplittableRandom(number).nextLong());
        boolean story = random.nextInt(100) < STORIES_IN_A_HUNDRED;
        long own = random.nextLong();
        return (story ? stories.story(own) : chatMl(dialogues.dialogue(own))) + StarterTokenizer.SEPARATOR;
    }

    /// Writes documents as JSON Lines of `{"text": ...}` until the file holds at least `bytes` bytes.
    public void writeTo(Path file, long seed, long bytes) throws IOException {
        DurableFile.write(file, channel -> {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
            long written = 0;
            for (long number = 0; written < bytes; number++) {
                byte[] row = row(document(seed, number));
                out.write(row);
                written += row.length;
            }
            out.flush();
        });
    }

    /// A conversation as the starter's chat template renders it.
    static String chatMl(List<ChatMessage> messages) {
        StringBuilder text = new StringBuilder();
        for (ChatMessage message : messages) {
            text.append(StarterTokenizer.START_OF_TURN).append(message.role().templateName());
            text.append('\n').append(message.content());
            text.append(StarterTokenizer.END_OF_TURN).append('\n');
        }
        return text.toString();
    }

    private static byte[] row(String document) {
        String row = MAPPER.createObjectNode().put("text", document).toString();
        return (row + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
