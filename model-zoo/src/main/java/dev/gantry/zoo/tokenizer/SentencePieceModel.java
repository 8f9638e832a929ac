package dev.gantry.zoo.tokenizer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// What a sentencepiece model file says; the rest of its settings concern training only.
///
/// Source of the field numbers: `sentencepiece_model.proto`.
///
/// @param pieces the vocabulary, by id
/// @param algorithm how texts are cut into pieces
/// @param normalizer what happens to texts before
record SentencePieceModel(List<Piece> pieces, Algorithm algorithm, Normalizer normalizer) {
    private static final int MAX_PIECES = 2_000_000;
    private static final List<PieceType> PIECE_TYPES = List.of(
            PieceType.NORMAL,
            PieceType.UNKNOWN,
            PieceType.CONTROL,
            PieceType.USER_DEFINED,
            PieceType.UNUSED,
            PieceType.BYTE);
    private static final List<Algorithm> ALGORITHMS =
            List.of(Algorithm.UNIGRAM, Algorithm.BPE, Algorithm.WORD, Algorithm.CHAR);

    /// One piece of the vocabulary.
    record Piece(String text, float score, PieceType type) {}

    /// What a piece is for.
    enum PieceType {
        NORMAL,
        UNKNOWN,
        CONTROL,
        USER_DEFINED,
        UNUSED,
        BYTE
    }

    /// How texts are cut.
    enum Algorithm {
        UNIGRAM,
        BPE,
        WORD,
        CHAR
    }

    /// @param charsMap compiled table of character replacements; empty for none
    @SuppressWarnings("ArrayRecordComponent") // read once, compared by nobody
    record Normalizer(
            byte[] charsMap,
            boolean addsDummyPrefix,
            boolean removesExtraWhitespaces,
            boolean escapesWhitespaces,
            boolean suffixesWhitespaces) {}

    static SentencePieceModel parse(ByteBuffer file, String name) throws TokenizerException {
        Reader reader = new Reader();
        ProtobufReader model = new ProtobufReader(file, name);
        for (int field = model.nextField(); field != 0; field = model.nextField()) {
            switch (field) {
                case 1 -> reader.piece(model.message());
                case 2 -> reader.trainer(model.message());
                case 3 -> reader.normalizer(model.message());
                default -> model.skip();
            }
            if (reader.pieces.size() > MAX_PIECES) {
                throw model.damaged("it has more than %,d pieces".formatted(MAX_PIECES));
            }
        }
        if (reader.pieces.isEmpty()) {
            throw model.damaged("it has no pieces");
        }
        return reader.model();
    }

    /// Collects the fields; those that are absent have the values of the format's definition.
    private static final class Reader {
        private final List<Piece> pieces = new ArrayList<>();
        private Algorithm algorithm = Algorithm.UNIGRAM;
        private byte[] charsMap = new byte[0];
        private boolean addsDummyPrefix = true;
        private boolean removesExtraWhitespaces = true;
        private boolean escapesWhitespaces = true;
        private boolean suffixesWhitespaces;

        SentencePieceModel model() {
            Normalizer normalizer = new Normalizer(
                    charsMap, addsDummyPrefix, removesExtraWhitespaces, escapesWhitespaces, suffixesWhitespaces);
            return new SentencePieceModel(List.copyOf(pieces), algorithm, normalizer);
        }

        void piece(ProtobufReader piece) throws TokenizerException {
            String text = "";
            float score = 0;
            PieceType type = PieceType.NORMAL;
            for (int field = piece.nextField(); field != 0; field = piece.nextField()) {
                switch (field) {
                    case 1 -> text = piece.text();
                    case 2 -> score = piece.real();
                    case 3 -> type = kind(piece, PIECE_TYPES);
                    default -> piece.skip();
                }
            }
            if (text.isEmpty() || !Float.isFinite(score)) {
                throw piece.damaged("piece " + pieces.size() + " has no text or no score");
            }
            pieces.add(new Piece(text, score, type));
        }

        void trainer(ProtobufReader trainer) throws TokenizerException {
            for (int field = trainer.nextField(); field != 0; field = trainer.nextField()) {
                switch (field) {
                    case 3 -> algorithm = kind(trainer, ALGORITHMS);
                    case 24 -> suffixesWhitespaces = trainer.integer() != 0;
                    default -> trainer.skip();
                }
            }
        }

        void normalizer(ProtobufReader normalizer) throws TokenizerException {
            for (int field = normalizer.nextField(); field != 0; field = normalizer.nextField()) {
                switch (field) {
                    case 2 -> {
                        ByteBuffer map = normalizer.content();
                        charsMap = new byte[map.remaining()];
                        map.get(charsMap);
                    }
                    case 3 -> addsDummyPrefix = normalizer.integer() != 0;
                    case 4 -> removesExtraWhitespaces = normalizer.integer() != 0;
                    case 5 -> escapesWhitespaces = normalizer.integer() != 0;
                    default -> normalizer.skip();
                }
            }
        }

        /// The format counts its kinds from 1.
        private static <T> T kind(ProtobufReader reader, List<T> kinds) throws TokenizerException {
            long number = reader.integer();
            if (number < 1 || number > kinds.size()) {
                throw reader.damaged("there is no kind " + number);
            }
            return kinds.get((int) number - 1);
        }
    }
}
