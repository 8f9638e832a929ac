package dev.gantry.zoo.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import dev.gantry.zoo.model.TestModels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TorchFileTest {
    private static final byte[] SIX = PickleBytes.floats(1, 2, 3, 4, 5, 6);

    @TempDir
    Path temp;

    @Test
    void tensor_readsStoredAndDeflatedEntries() throws IOException {
        byte[] pickle = twoTensors();
        for (int method : new int[] {ZipEntry.STORED, ZipEntry.DEFLATED}) {
            Path file = PickleBytes.zip(temp.resolve("m" + method + ".bin"), method, pickle, SIX);
            try (TorchFile torch = TorchFile.open(file)) {
                assertThat(torch.tensors().keySet()).containsExactly("plain", "transposed");
                assertThat(values(torch.tensor("plain"))).containsExactly(3, 4, 5, 6);
                assertThat(values(torch.tensor("transposed"))).containsExactly(1, 4, 2, 5, 3, 6);
            }
        }
    }

    @Test
    void tensor_readsTheOldFormat() throws IOException {
        try (TorchFile torch = TorchFile.open(legacy(twoTensors(), 6))) {
            assertThat(values(torch.tensor("plain"))).containsExactly(3, 4, 5, 6);
            assertThat(values(torch.tensor("transposed"))).containsExactly(1, 4, 2, 5, 3, 6);
        }
    }

    @Test
    void tensor_sharesMemory_whenTensorsShareAStorage() throws IOException {
        PickleBytes pickle = new PickleBytes().ops("}(");
        pickle.tensor("a", "0", 6, 0, new int[] {6}, new int[] {1});
        pickle.tensor("b", "0", 6, 0, new int[] {2, 3}, new int[] {3, 1});
        Path file = PickleBytes.zip(
                temp.resolve("m.bin"), ZipEntry.STORED, pickle.op('u').stop(), SIX);
        try (TorchFile torch = TorchFile.open(file)) {
            assertThat(torch.tensor("a").data().address())
                    .isEqualTo(torch.tensor("b").data().address());
        }
    }

    @Test
    void open_givesTheSameTensorsAsSafetensors_forSharedVariants() throws IOException {
        for (Path model : TestModels.shared()) {
            if (!model.toString().contains("variants/bin")) {
                continue;
            }
            try (LoadedModel torch = ModelFolder.open(model).load();
                    LoadedModel safe =
                            ModelFolder.open(model.resolve("../..").normalize()).load()) {
                for (ParameterId id : safe.folder().parameters().names().keySet()) {
                    assertThat(torch.model()
                                    .parameter(id)
                                    .data()
                                    .mismatch(safe.model().parameter(id).data()))
                            .as("%s of %s", id, model)
                            .isEqualTo(-1);
                }
            }
        }
    }

    @Test
    void open_refuses_whenTheFileIsBigEndian() throws IOException {
        byte[] system = new PickleBytes()
                .ops("}(")
                .text("little_endian")
                .op(0x89)
                .op('u')
                .stop();
        assertThatThrownBy(() -> TorchFile.open(legacy(system, twoTensors(), 6)))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("big-endian");
    }

    @Test
    void open_refuses_whenTheFileIsATrainingCheckpoint() throws IOException {
        byte[] pickle =
                new PickleBytes().ops("}(").text("epoch").number(3).op('u').stop();
        assertThatThrownBy(() -> TorchFile.open(PickleBytes.zip(temp.resolve("m.bin"), ZipEntry.STORED, pickle, SIX)))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("epoch");
    }

    @Test
    void open_refuses_whenTheFileIsSomethingElse() throws IOException {
        Path page = Files.writeString(temp.resolve("m.bin"), "<html>Sign in</html>");
        assertThatThrownBy(() -> TorchFile.open(page)).hasMessageContaining("torch.save");
    }

    @Test
    void open_refuses_whenTheFileIsTruncated() throws IOException {
        Path file = PickleBytes.zip(temp.resolve("m.bin"), ZipEntry.STORED, twoTensors(), SIX);
        byte[] whole = Files.readAllBytes(file);
        Path old = legacy(twoTensors(), 6);
        byte[] wholeOld = Files.readAllBytes(old);
        for (int cut = 1; cut < whole.length; cut += 7) {
            Files.write(file, java.util.Arrays.copyOf(whole, whole.length - cut));
            assertThatThrownBy(() -> TorchFile.open(file)).isInstanceOf(GantryException.class);
        }
        for (int cut = 1; cut < wholeOld.length; cut += 7) {
            Files.write(old, java.util.Arrays.copyOf(wholeOld, wholeOld.length - cut));
            assertThatThrownBy(() -> TorchFile.open(old)).isInstanceOf(GantryException.class);
        }
    }

    private static byte[] twoTensors() {
        PickleBytes pickle =
                new PickleBytes().global("collections", "OrderedDict").ops(")R(");
        pickle.tensor("plain", "0", 6, 2, new int[] {2, 2}, new int[] {2, 1});
        pickle.tensor("transposed", "0", 6, 0, new int[] {3, 2}, new int[] {1, 3});
        return pickle.op('u').stop();
    }

    private Path legacy(byte[] tensors, int elements) throws IOException {
        byte[] system = new PickleBytes()
                .ops("}(")
                .text("little_endian")
                .op(0x88)
                .op('u')
                .stop();
        return legacy(system, tensors, elements);
    }

    private Path legacy(byte[] system, byte[] tensors, int elements) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PickleBytes magic = new PickleBytes().op(0x8a).op(10);
        for (int b : new int[] {0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19}) {
            magic.op(b);
        }
        out.writeBytes(magic.stop());
        out.writeBytes(new PickleBytes().number(1001).stop());
        out.writeBytes(system);
        out.writeBytes(tensors);
        out.writeBytes(new PickleBytes().ops("](").text("0").op('e').stop());
        byte[] length = new PickleBytes().int8(elements).stop();
        out.write(length, 2, 8);
        out.writeBytes(SIX);
        return Files.write(temp.resolve("old.bin"), out.toByteArray());
    }

    private static float[] values(Tensor tensor) {
        return tensor.data().toArray(ValueLayout.JAVA_FLOAT);
    }
}
