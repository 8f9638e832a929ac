package dev.gantry.lora.data.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/// Refuses Parquet pages that claim to unpack into more than a bound, before any memory is taken for them.
final class BoundedCodecs implements CompressionCodecFactory {
    private final CompressionCodecFactory codecs;
    private final int maxPageBytes;

    BoundedCodecs(CompressionCodecFactory codecs, int maxPageBytes) {
        this.codecs = codecs;
        this.maxPageBytes = maxPageBytes;
    }

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        return codecs.getCompressor(codec);
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        return new Bounded(codecs.getDecompressor(codec));
    }

    @Override
    public void release() {
        codecs.release();
    }

    private final class Bounded implements BytesInputDecompressor {
        private final BytesInputDecompressor decompressor;

        Bounded(BytesInputDecompressor decompressor) {
            this.decompressor = decompressor;
        }

        @Override
        public BytesInput decompress(BytesInput bytes, int decompressedSize) throws IOException {
            check(decompressedSize);
            return decompressor.decompress(bytes, decompressedSize);
        }

        @Override
        public void decompress(ByteBuffer input, int compressedSize, ByteBuffer output, int decompressedSize)
                throws IOException {
            check(decompressedSize);
            decompressor.decompress(input, compressedSize, output, decompressedSize);
        }

        private void check(int bytes) throws IOException {
            if (bytes < 0 || bytes > maxPageBytes) {
                throw new IOException(
                        "a page claims to unpack into " + bytes + " bytes, more than the " + maxPageBytes + " allowed");
            }
        }

        @Override
        public void release() {
            decompressor.release();
        }
    }
}
