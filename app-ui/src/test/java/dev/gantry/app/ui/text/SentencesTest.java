package dev.gantry.app.ui.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.failure.Failure;
import dev.gantry.engine.GantryException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentencesTest {
    private final Texts chinese = Texts.load(Locale.CHINESE, List.of());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "cannot open the model /data/tiny | 无法打开模型 /data/tiny",
                // the failure of a run: what and why in one
                "cannot open the run /runs/a: there is no config.json in it | 无法打开运行 /runs/a：其中没有 config.json",
                // a value in the middle does not take the why with it
                "cannot import under the name x: the model that comes with Gantry has it | 无法以名称 x 导入：Gantry 自带的模型已使用此名称",
                // a failure that quotes another one, and the system
                "rank 1 failed: cannot write /x: No space left on device | 并行单元 1 失败：无法写入 /x：磁盘没有剩余空间",
                "3 bad JSON, 1 empty answer; the first: /d.jsonl line 3: bad JSON: Unexpected end | 3 JSON 损坏，1 回答为空；第一个：/d.jsonl 第 3 行：JSON 损坏：Unexpected end",
                "Give it more memory, or change: compute in bf16, or micro-batches of 64 tokens. | 请给它更多内存，或更改：以 bf16 计算，或每个微批次 64 个词元。",
                "the device memory is too small | 设备内存太小",
                // what the probes say of a machine
                "512-bit (16 f32 lanes) | 512 位（一次 16 个 f32）",
                "no NVIDIA driver found (libcuda.so.1) | 没有找到 NVIDIA 驱动（libcuda.so.1）",
                "the NVIDIA driver finds no card (cuInit gave 100); nvidia-smi says more | NVIDIA 驱动找不到显卡（cuInit 返回 100）；nvidia-smi 会给出更多信息",
                "driver for CUDA 12.4; not usable: NVRTC, NCCL | 驱动支持 CUDA 12.4；不可用：NVRTC, NCCL",
                "no libnvrtc.so.13 or libnvrtc.so.12, which compiles the kernels for the card; install it with the CUDA toolkit, the distribution's packages or pip, or name its folder in GANTRY_CUDA | 没有找到 libnvrtc.so.13 或 libnvrtc.so.12（用途：为显卡编译内核）；请用 CUDA toolkit、发行版的软件包或 pip 安装，或在 GANTRY_CUDA 中写明其所在文件夹",
                "oneDNN has no fast f32 kernel for this processor | oneDNN 没有适合此处理器的快速 f32 内核",
            })
    void chinese_saysWhatEnglishSays_withTheSameValues(String english, String expected) {
        assertThat(chinese.sentence(english)).isEqualTo(expected);
    }

    @Test
    void values_thatAreWordsOfOurs_keepTheirText() {
        assertThat(chinese.sentence("cannot find the model device")).isEqualTo("找不到模型 device");
    }

    @Test
    void unknown_staysEnglish() {
        assertThat(chinese.sentence("the moon is made of cheese")).isEqualTo("the moon is made of cheese");
        assertThat(chinese.sentence("")).isEmpty();
    }

    @Test
    void unknownPart_staysEnglish_inTheSentenceThatQuotesIt() {
        assertThat(chinese.sentence("cannot open the catalog in /home: Wrong user name [28000]"))
                .isEqualTo("无法打开 /home 中的目录数据库：Wrong user name [28000]");
    }

    @Test
    void english_isLeftAlone() {
        Texts english = Texts.load(Locale.ENGLISH, List.of());

        assertThat(english.sentence("the disk is full")).isEqualTo("the disk is full");
    }

    @Test
    void failureOfTheSystem_isSaidInChinese() {
        GantryException failure = Failure.told(new NoSuchFileException("/models/gone"));

        assertThat(chinese.sentence(failure.what())).isEqualTo("无法打开 /models/gone");
        assertThat(chinese.sentence(failure.why())).isEqualTo("没有此文件或文件夹");
        assertThat(chinese.sentence(failure.nextStep())).isEqualTo("请检查路径");
    }

    @Test
    void dollarsAndBackslashes_inValues_areNothingSpecial() {
        assertThat(chinese.sentence("cannot open the model C:\\$1\\{file}")).isEqualTo("无法打开模型 C:\\$1\\{file}");
    }

    @Test
    void textsMadeToTakeLong_end() {
        // every prefix fits a pattern and every joint might be one
        for (String part : List.of("cannot open a: ", "line 1: ", "rank 1 failed: ", "a, ", "a; an object, or ")) {
            String text = part.repeat(3900 / part.length());

            assertThat(chinese.sentence(text)).isNotEmpty();
        }
    }

    @Test
    void overlongText_isData() {
        String text = "cannot open " + "x".repeat(5000);

        assertThat(chinese.sentence(text)).isEqualTo(text);
    }
}
