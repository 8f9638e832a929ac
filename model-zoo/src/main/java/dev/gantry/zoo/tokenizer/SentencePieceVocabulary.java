package dev.gantry.zoo.tokenizer;

import dev.gantry.zoo.tokenizer.SentencePieceModel.Algorithm;
import dev.gantry.zoo.tokenizer.SentencePieceModel.Piece;
import dev.gantry.zoo.tokenizer.SentencePieceModel.PieceType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The pieces of a sentencepiece model as the `model` of a tokenizer.json.
record SentencePieceVocabulary(SentencePieceModel model, String file) {
    /// Longer pieces are made by nothing, and their splits would grow with the square of their length.
    private static final int MAX_PIECE_CHARS = 1024;

    ObjectNode toJson() throws TokenizerException {
        boolean byteFallback = model.pieces().stream().anyMatch(piece -> piece.type() == PieceType.BYTE);
        ObjectNode json = BoundedJson.MAPPER
                .createObjectNode()
                .put("type", model.algorithm() == Algorithm.BPE ? "BPE" : "Unigram")
                .put("byte_fallback", byteFallback);
        if (model.algorithm() == Algorithm.BPE) {
            bytePairs(json);
        } else {
            unigrams(json);
        }
        return json;
    }

    private int unknownId() throws TokenizerException {
        for (int id = 0; id < model.pieces().size(); id++) {
            if (model.pieces().get(id).type() == PieceType.UNKNOWN) {
                return id;
            }
        }
        throw new TokenizerException(file + " has no piece for unknown characters");
    }

    private void unigrams(ObjectNode json) throws TokenizerException {
        json.put("unk_id", unknownId());
        ArrayNode vocab = json.putArray("vocab");
        for (Piece piece : model.pieces()) {
            vocab.addArray().add(piece.text()).add((double) piece.score());
        }
    }

    private void bytePairs(ObjectNode json) throws TokenizerException {
        json.put("unk_token", model.pieces().get(unknownId()).text()).put("fuse_unk", true);
        ObjectNode vocab = json.putObject("vocab");
        Map<String, Integer> mergeable = new HashMap<>();
        for (int id = 0; id < model.pieces().size(); id++) {
            Piece piece = model.pieces().get(id);
            if (vocab.has(piece.text())) {
                throw new TokenizerException(file + " lists piece " + id + " twice");
            }
            vocab.put(piece.text(), id);
            if (piece.type() == PieceType.NORMAL) {
                mergeable.put(piece.text(), id);
            }
        }
        ArrayNode merges = json.putArray("merges");
        for (Merge merge : merges(mergeable)) {
            merges.addArray().add(merge.left()).add(merge.right());
        }
    }

    /// Two pieces that become one. The file has only the results; every split of one into two pieces is a merge.
    private record Merge(String left, String right, float score, int leftId, int rightId) {}

    private List<Merge> merges(Map<String, Integer> mergeable) throws TokenizerException {
        List<Merge> merges = new ArrayList<>();
        for (Piece piece : model.pieces()) {
            String text = piece.text();
            if (text.length() > MAX_PIECE_CHARS) {
                throw new TokenizerException(file + " has a piece of " + text.length() + " characters");
            }
            if (piece.type() != PieceType.NORMAL) {
                continue;
            }
            for (int at = 1; at < text.length(); at++) {
                Integer left = mergeable.get(text.substring(0, at));
                Integer right = left == null ? null : mergeable.get(text.substring(at));
                if (left != null && right != null) {
                    merges.add(new Merge(text.substring(0, at), text.substring(at), piece.score(), left, right));
                }
            }
        }
        // the order of transformers' converter: best score first, then the longer left side
        merges.sort(Comparator.comparingDouble((Merge merge) -> -merge.score())
                .thenComparing(Comparator.comparingInt((Merge merge) -> codePoints(merge.left()))
                        .reversed())
                .thenComparing(Comparator.comparingInt((Merge merge) -> codePoints(merge.right()))
                        .reversed())
                .thenComparingInt(Merge::leftId)
                .thenComparingInt(Merge::rightId));
        return merges;
    }

    private static int codePoints(String text) {
        return text.codePointCount(0, text.length());
    }
}
