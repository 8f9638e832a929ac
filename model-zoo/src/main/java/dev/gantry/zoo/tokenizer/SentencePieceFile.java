package dev.gantry.zoo.tokenizer;

import dev.gantry.zoo.tokenizer.SentencePieceModel.Algorithm;
import dev.gantry.zoo.tokenizer.SentencePieceModel.Normalizer;
import dev.gantry.zoo.tokenizer.SentencePieceModel.Piece;
import dev.gantry.zoo.tokenizer.SentencePieceModel.PieceType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes a tokenizer.model of sentencepiece as the tokenizer.json it stands for.
///
/// Source: `convert_slow_tokenizer.py` of Hugging Face's transformers, and sentencepiece's own normalizer.
record SentencePieceFile(FolderConfig config, Path file) {
    static final String TOKENIZER_MODEL = "tokenizer.model";
    private static final String SPACE = "▁";
    private static final long MAX_FILE_BYTES = 64L << 20;

    static SentencePieceFile in(FolderConfig config) {
        return new SentencePieceFile(config, config.folder().resolve(TOKENIZER_MODEL));
    }

    boolean exists() {
        return Files.isRegularFile(file);
    }

    byte[] toTokenizerJson() throws IOException {
        BoundedJson.requireSize(file, MAX_FILE_BYTES);
        SentencePieceModel model = SentencePieceModel.parse(ByteBuffer.wrap(Files.readAllBytes(file)), file.toString());
        requireSupported(model);
        ObjectNode root = BoundedJson.MAPPER.createObjectNode();
        root.set("added_tokens", addedTokens(model));
        root.set("normalizer", normalizer(model.normalizer()));
        if (!legacy() && model.normalizer().addsDummyPrefix()) {
            ObjectNode metaspace = typed("Metaspace").put("replacement", SPACE);
            root.set("pre_tokenizer", metaspace.put("prepend_scheme", "first").put("split", false));
        }
        root.set("decoder", decoder(model.normalizer()));
        root.set("post_processor", postProcessor(model));
        root.set("model", new SentencePieceVocabulary(model, file.toString()).toJson());
        return BoundedJson.MAPPER.writeValueAsBytes(root);
    }

    private void requireSupported(SentencePieceModel model) throws TokenizerException {
        Normalizer normalizer = model.normalizer();
        Algorithm algorithm = model.algorithm();
        if (algorithm == Algorithm.WORD || algorithm == Algorithm.CHAR) {
            throw new TokenizerException(file + " cuts texts by " + algorithm + ", which no language model does");
        }
        if (!normalizer.escapesWhitespaces() || normalizer.suffixesWhitespaces()) {
            throw new TokenizerException(file + " writes blanks in a way that is not supported: "
                    + (normalizer.suffixesWhitespaces() ? "behind words" : "as they are"));
        }
    }

    /// `legacy: false` puts the dummy prefix in front of the whole text only, and not behind each added token.
    private boolean legacy() {
        return config.tokenizer().path("legacy").asBoolean(true);
    }

    private ArrayNode addedTokens(SentencePieceModel model) {
        ArrayNode added = BoundedJson.MAPPER.createArrayNode();
        Set<String> known = new HashSet<>();
        List<Piece> pieces = model.pieces();
        for (int id = 0; id < pieces.size(); id++) {
            Piece piece = pieces.get(id);
            if (piece.type() == PieceType.CONTROL || piece.type() == PieceType.UNKNOWN) {
                added.add(AddedTokens.node(id, piece.text(), AddedTokens.Kind.SPECIAL));
            } else if (piece.type() == PieceType.USER_DEFINED) {
                added.add(AddedTokens.node(id, piece.text(), AddedTokens.Kind.PLAIN));
            } else {
                continue;
            }
            known.add(piece.text());
        }
        config.addedTokens().values().stream()
                .filter(token -> known.add(token.path("content").asString()))
                .forEach(added::add);
        return added;
    }

    private ObjectNode normalizer(Normalizer normalizer) {
        ObjectNode sequence = typed("Sequence");
        ArrayNode steps = sequence.putArray("normalizers");
        if (normalizer.charsMap().length > 0) {
            steps.add(typed("Precompiled")
                    .put("precompiled_charsmap", Base64.getEncoder().encodeToString(normalizer.charsMap())));
        }
        if (normalizer.removesExtraWhitespaces()) {
            steps.add(replace("Regex", "\\A +| +\\z", ""));
            steps.add(replace("Regex", " {2,}", " "));
        }
        if (legacy() && normalizer.addsDummyPrefix()) {
            steps.add(typed("Prepend").put("prepend", SPACE));
        }
        steps.add(replace("String", " ", SPACE));
        return sequence;
    }

    private static ObjectNode decoder(Normalizer normalizer) {
        ObjectNode sequence = typed("Sequence");
        ArrayNode steps = sequence.putArray("decoders");
        steps.add(replace("String", SPACE, " "));
        steps.add(typed("ByteFallback"));
        steps.add(typed("Fuse"));
        if (normalizer.addsDummyPrefix()) {
            steps.add(typed("Strip").put("content", " ").put("start", 1).put("stop", 0));
        }
        return sequence;
    }

    /// LLaMA's tokenizers, whose form this is, begin every text with `<s>` unless told otherwise.
    private static ObjectNode postProcessor(SentencePieceModel model) {
        ObjectNode processor = typed("TemplateProcessing");
        ArrayNode single = processor.putArray("single");
        model.pieces().stream()
                .filter(piece ->
                        piece.type() == PieceType.CONTROL && piece.text().equals("<s>"))
                .forEach(bos -> single.addObject().putObject("SpecialToken").put("id", bos.text()));
        return processor;
    }

    private static ObjectNode replace(String kind, String from, String to) {
        ObjectNode replace = typed("Replace").put("content", to);
        replace.putObject("pattern").put(kind, from);
        return replace;
    }

    private static ObjectNode typed(String type) {
        return BoundedJson.MAPPER.createObjectNode().put("type", type);
    }
}
