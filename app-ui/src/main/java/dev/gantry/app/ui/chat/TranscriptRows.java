package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.AnswerFacts;
import dev.gantry.app.chat.Conversation;
import dev.gantry.app.chat.Message;
import dev.gantry.app.chat.markdown.Block;
import dev.gantry.app.chat.markdown.Markdown;
import dev.gantry.app.ui.chat.TranscriptRow.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Lays messages out as rows. What was read of a message once is kept. Used by one thread at a time.
final class TranscriptRows {
    private static final int PIECE_CHARACTERS = 2000;

    private final Map<Integer, List<Block>> blocks = new HashMap<>();

    private List<Block> blocks(Message message) {
        return blocks.computeIfAbsent(message.number(), _ -> Markdown.read(message.text()));
    }

    /// The rows of a line of messages.
    List<TranscriptRow> of(Conversation conversation, List<Message> path) {
        List<TranscriptRow> rows = new ArrayList<>();
        for (Message message : path) {
            List<Integer> versions = conversation.versions(message.number());
            Version version = new Version(versions.indexOf(message.number()), versions.size());
            if (message.isAnswer()) {
                addAnswer(rows, message, version);
            } else {
                addQuestion(rows, message, version);
            }
        }
        return rows;
    }

    private void addAnswer(List<TranscriptRow> rows, Message message, Version version) {
        AnswerFacts facts = message.facts();
        rows.add(new TranscriptRow.AnswerHead(
                message.number(), facts == null ? "" : facts.voice(), facts == null ? 1 : facts.strength()));
        blocks(message).forEach(block -> rows.add(new TranscriptRow.AnswerBlock(message.number(), block)));
        rows.add(new TranscriptRow.AnswerFoot(message.number(), version, facts, message.rating()));
    }

    private static void addQuestion(List<TranscriptRow> rows, Message message, Version version) {
        String text = message.text();
        int from = 0;
        while (text.length() - from > PIECE_CHARACTERS) {
            int to = cut(text, from);
            rows.add(new TranscriptRow.Question(message.number(), text.substring(from, to), from == 0, false, version));
            from = to;
        }
        rows.add(new TranscriptRow.Question(message.number(), text.substring(from), from == 0, true, version));
    }

    /// After a line or a word where there is one.
    private static int cut(String text, int from) {
        int limit = from + PIECE_CHARACTERS;
        int line = text.lastIndexOf('\n', limit - 1) + 1;
        int word = text.lastIndexOf(' ', limit - 1) + 1;
        int at = line > from ? line : word > from ? word : limit;
        return Character.isLowSurrogate(text.charAt(at)) ? at - 1 : at;
    }

    /// The rows of an answer that is being drawn.
    static List<TranscriptRow> writing(
            String voice, float strength, List<Block> blocks, TranscriptRow.Writing progress) {
        List<TranscriptRow> rows = new ArrayList<>();
        rows.add(new TranscriptRow.AnswerHead(Conversation.NONE, voice, strength));
        blocks.forEach(block -> rows.add(new TranscriptRow.AnswerBlock(Conversation.NONE, block)));
        rows.add(progress);
        return rows;
    }
}
