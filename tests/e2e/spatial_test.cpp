// The block 'spatial' from outside: what the tool is told, what comes of its answers, and that the
// film it reads stands whatever happens.
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/media/boxes/stereo_boxes.hpp"
#include "tests/e2e/host_run.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

constexpr int kFrames = 24;

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A folder in which one film is made, with or without the tool.
class Work {
 public:
  explicit Work(const std::string& mode = "ok") : folder_(temporary_dir()), log_(temporary_dir()) {
    setup_ = host_setup();
    const char* path = std::getenv("PATH");
    setup_.environment["PATH"] =
        mode == "absent" ? "/nowhere" : RLV_SPATIAL_FOLDER + std::string(":") + path;
    setup_.environment["FAKE_SPATIAL"] = mode;
    setup_.environment["FAKE_SPATIAL_LOG"] = (log_ / "calls").string();
  }

  [[nodiscard]] fs::path film() const { return folder_ / "film_LRF_Full_SBS.mp4"; }
  [[nodiscard]] fs::path spatial() const { return folder_ / "film_spatial.mov"; }
  [[nodiscard]] const fs::path& folder() const { return folder_; }
  [[nodiscard]] std::string calls() const { return text_of(log_ / "calls"); }
  // The number of the last one that ran.
  [[nodiscard]] std::string tools_process() const { return text_of(log_ / "calls.process"); }
  [[nodiscard]] const ProgramSetup& setup() const { return setup_; }
  [[nodiscard]] std::vector<std::string> words(const std::vector<std::string>& settings) const {
    std::vector<std::string> more;
    for (const auto& setting : settings) {
      more.emplace_back("--set");
      more.push_back(setting);
    }
    return convert(small_film(kFrames), film(), more);
  }
  [[nodiscard]] ProgramEnd run(const std::vector<std::string>& settings = {"spatial={}"},
                               const std::vector<std::string>& options = {}) const {
    auto all = words(settings);
    all.insert(all.end(), options.begin(), options.end());
    return run_host(all, setup_);
  }

  // That nothing but the whole film is there.
  void expect_only_the_film() const {
    EXPECT_THAT(names_in(folder_), ElementsAre("film_LRF_Full_SBS.mp4"));
    EXPECT_EQ(read_file(film()).video().times().size(), static_cast<std::size_t>(kFrames));
    EXPECT_TRUE(media::read_stereo_facts(film()).at(0).is_stereo());
  }

 private:
  fs::path folder_;
  fs::path log_;
  ProgramSetup setup_;
};

TEST(Spatial, OfAFilmSaysNothingOfACamera) {
  RLV_FFMPEG_OR_SKIP();
  const Work work;
  const auto end = work.run();
  expect_success(end);
  EXPECT_EQ(end.out, work.film().string() + "\n" + work.spatial().string() + "\n");
  EXPECT_THAT(names_in(work.folder()), ElementsAre("film_LRF_Full_SBS.mp4", "film_spatial.mov"));
  EXPECT_EQ(work.calls(), "make -i " + work.film().string() + " -f sbs -o " +
                              (work.folder() / "film_spatial.partial.mov").string() +
                              " --projection rect --primary left --hero left -q 0.7 -y\n");
  const auto facts = media::read_stereo_facts(work.spatial()).at(0);
  EXPECT_TRUE(facts.has_second_layer);
  EXPECT_FALSE(facts.baseline || facts.field_of_view || facts.adjustment);
  const auto file = read_file(work.spatial());
  EXPECT_EQ(file.video().width, 160);
  EXPECT_EQ(file.of(AVMEDIA_TYPE_AUDIO).size(), 1U);
}

TEST(Spatial, GivesEveryFlagAndReadsTheCameraBack) {
  RLV_FFMPEG_OR_SKIP();
  const Work work;
  const auto out = work.folder() / "deep/er/mine.mp4";
  const auto end = work.run(
      {"spatial.kind=spatial", "spatial.baseline=19.24", "spatial.field_of_view=63.4",
       "spatial.disparity_adjustment=0.02", "spatial.bitrate=30", "spatial.primary=right",
       "spatial.hero=right", "spatial.audio=false", "spatial.faststart=true",
       "spatial.use_gpu=true", "spatial.path=" + out.string(), "nodes.sink.params.layout=half_tb"});
  expect_success(end);
  const auto partial = (work.folder() / "deep/er/mine.partial.mp4").string();
  EXPECT_EQ(work.calls(),
            "make -i " + work.film().string() + " -f hou -o " + partial +
                " --cdist 19.24 --hfov 63.4 --hadjust 0.02 --projection rect --primary right "
                "--hero right -b 30M -n --faststart --use-gpu -y\ninfo -i " +
                partial + " --probe\n");
  const auto facts = media::read_stereo_facts(out).at(0);
  EXPECT_EQ(facts.baseline, 19240U);
  EXPECT_EQ(facts.field_of_view, 63400U);
  EXPECT_EQ(facts.adjustment, 200);
  EXPECT_TRUE(read_file(out).of(AVMEDIA_TYPE_AUDIO).empty());
}

TEST(Spatial, WithoutTheToolTheFilmStandsAndOneWarningSaysHow) {
  RLV_FFMPEG_OR_SKIP();
  const Work work("absent");
  const auto end = work.run();
  expect_success(end);
  EXPECT_EQ(end.out, work.film().string() + "\n");
  work.expect_only_the_film();
  const auto command = "spatial make -i " + work.film().string() + " -f sbs -o " +
                       work.spatial().string() +
                       " --projection rect --primary left --hero left -q 0.7";
  EXPECT_THAT(end.err, HasSubstr("host: warning: the program 'spatial' is not here"));
  EXPECT_THAT(end.err, HasSubstr("brew install spatial, then: " + command + "\n"));
  EXPECT_EQ(end.err.find("warning: "), end.err.rfind("warning: ")) << end.err;
  // The command does what it says, where the tool is.
  std::vector<std::string> shell{"/bin/sh", "-c", command};
  const Work with_tool;
  EXPECT_EQ(run_to_end(shell, with_tool.setup()).exit_code, 0);
  EXPECT_TRUE(fs::exists(work.spatial()));
}

TEST(Spatial, TheCommandByHandSurvivesBlanksAndQuotes) {
  RLV_FFMPEG_OR_SKIP();
  const Work work("absent");
  const auto film = work.folder() / "it's a film.mp4";
  auto words = convert(small_film(kFrames), film, {"--set", "spatial={}"});
  const auto end = run_host(words, work.setup());
  expect_success(end);
  const std::string mark = "then: ";
  const auto at = end.err.find(mark);
  ASSERT_NE(at, std::string::npos) << end.err;
  const auto command = end.err.substr(at + mark.size());
  const Work with_tool;
  const auto by_hand = run_to_end({"/bin/sh", "-c", command}, with_tool.setup());
  EXPECT_EQ(by_hand.exit_code, 0) << by_hand.text();
  EXPECT_TRUE(fs::exists(work.folder() / "it's a film_spatial.mov"));
}

TEST(Spatial, AFilmThatLostItsSoundIsKeptAndTold) {
  RLV_FFMPEG_OR_SKIP();
  const Work work("mute");
  const auto end = work.run();
  expect_success(end);
  EXPECT_TRUE(fs::exists(work.spatial()));
  EXPECT_THAT(end.err, HasSubstr("host: warning: '" + work.spatial().string() +
                                 "': it has no sound, and the film has"));
}

// The stand-in is worth as much as what it refuses.
TEST(Spatial, TheStandInOfTestsRefusesWhatTheToolDoesNotKnow) {
  RLV_FFMPEG_OR_SKIP();
  const Work work;
  const auto film = small_film(kFrames).string();
  const auto out = (work.folder() / "x.mov").string();
  const auto refused = [&](const std::vector<std::string>& more, const std::string& words) {
    std::vector<std::string> all{RLV_SPATIAL_FOLDER "/spatial",
                                 "make",
                                 "-i",
                                 film,
                                 "-o",
                                 out,
                                 "--projection",
                                 "rect",
                                 "--primary",
                                 "left",
                                 "--hero",
                                 "left"};
    all.insert(all.end(), more.begin(), more.end());
    const auto end = run_to_end(all, work.setup());
    EXPECT_EQ(end.exit_code, 64) << end.text();
    EXPECT_THAT(end.err, HasSubstr(words));
    EXPECT_FALSE(fs::exists(out));
  };
  refused({}, "Missing expected argument '-f'");
  refused({"-f", "tab"}, "'tab' is invalid for '-f'");
  refused({"-f", "sbs", "--fov", "60"}, "Unknown option '--fov'");
  refused({"-f", "sbs", "--hfov", "60deg"}, "'60deg' is invalid for '--hfov'");
  refused({"-f", "sbs", "--hadjust", "1.5"}, "'--hadjust' is out of range");
  refused({"-f", "sbs", "-b", "30"}, "'30' is invalid for '-b'");
  refused({"-f", "sbs", "-q"}, "Missing value for '-q'");
  refused({"-f", "sbs", "--hero", "right"}, "'--hero' is given twice");
}

struct Fault {
  const char* mode;
  const char* words;
};

class SpatialFault : public ::testing::TestWithParam<Fault> {};

TEST_P(SpatialFault, FailsTheRunAndTheFilmStands) {
  RLV_FFMPEG_OR_SKIP();
  const Work work(GetParam().mode);
  const auto end =
      work.run({"spatial.kind=spatial", "spatial.field_of_view=63.4", "spatial.baseline=63.5"});
  EXPECT_EQ(end.exit_code, 1) << end.text();
  ASSERT_EQ(error_lines(end).size(), 1U) << end.text();
  const auto line = error_lines(end)[0];
  EXPECT_THAT(line, HasSubstr(GetParam().words));
  EXPECT_THAT(line,
              HasSubstr("'" + work.film().string() + "' stands; try it by hand: spatial make"));
  EXPECT_EQ(end.out, work.film().string() + "\n");
  work.expect_only_the_film();
}

INSTANTIATE_TEST_SUITE_P(
    Modes, SpatialFault,
    ::testing::Values(
        Fault{"fail", "failed with exit code 3: Error: The encoder is not available (-12903)"},
        Fault{"crash", "was ended by signal 6"},
        Fault{"garbage", "is not the film that was asked for"},
        Fault{"nothing", "it wrote no file (the tool's last line: Done.)"},
        Fault{"flat", "it has no second view (no box 'lhvC') (the tool's last line: Done.)"},
        Fault{"short", "it is 0.5"}, Fault{"camera", "its field_of_view_deg is 57.06, and 63.4"},
        Fault{"lies", "'spatial info --probe' finds no spatial track in it"}),
    [](const auto& fault) { return std::string(fault.param.mode); });

TEST(Spatial, AToolThatHangsIsEnded) {
  RLV_FFMPEG_OR_SKIP();
  const Work work("hang");
  const auto end = work.run({"spatial.stall=1"});
  EXPECT_EQ(end.exit_code, 1) << end.text();
  ASSERT_EQ(error_lines(end).size(), 1U) << end.text();
  EXPECT_THAT(error_lines(end)[0],
              HasSubstr("neither said nor wrote anything for 1 s ('spatial.stall') and was ended; "
                        "its last line:  50%"));
  work.expect_only_the_film();
}

class SpatialCancel : public ::testing::TestWithParam<const char*> {};

TEST_P(SpatialCancel, EndsTheToolAndKeepsTheFilm) {
  RLV_FFMPEG_OR_SKIP();
  const Work work(GetParam());
  Program program(host_words(work.words({"spatial={}"})), work.setup());
  const auto partial = work.folder() / "film_spatial.partial.mov";
  for (int i = 0; i < 3000 && !fs::exists(partial); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  ASSERT_TRUE(fs::exists(partial));
  const auto begin = std::chrono::steady_clock::now();
  program.send(SIGINT);
  const auto end = program.wait();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  EXPECT_EQ(end.exit_code, 130) << end.text();
  EXPECT_LT(took.count(), kSanitized ? 20.0 : 5.0);
  EXPECT_TRUE(error_lines(end).empty()) << end.text();
  EXPECT_THAT(end.err, HasSubstr("cancelled; '" + work.film().string() + "' is whole"));
  EXPECT_EQ(end.out, work.film().string() + "\n");
  work.expect_only_the_film();
  // Nobody is left that would write on.
  const auto tool = static_cast<pid_t>(std::stoi(work.tools_process()));
  EXPECT_TRUE(kill(tool, 0) != 0 && errno == ESRCH);
}

INSTANTIATE_TEST_SUITE_P(Modes, SpatialCancel, ::testing::Values("hang", "deaf"),
                         [](const auto& mode) { return std::string(mode.param); });

TEST(Spatial, ShowsTheToolsOwnPercentageOnATerminal) {
  RLV_FFMPEG_OR_SKIP();
  const Work work("hang");
  auto setup = work.setup();
  setup.terminal = true;
  Program program(host_words(work.words({"spatial={}"})), setup);
  EXPECT_TRUE(program.wait_for(" 50.0 %  spatial make", std::chrono::seconds(60)));
  program.send(SIGTERM);
  EXPECT_EQ(program.wait().exit_code, 130);
}

TEST(Spatial, TheReportForProgramsHasTheCheckedFile) {
  RLV_FFMPEG_OR_SKIP();
  const Work work;
  const auto done = Json::parse(work.run({"spatial={}"}, {"--json"}).out);
  EXPECT_EQ(done["status"], "done");
  EXPECT_EQ(done["spatial"]["status"], "done");
  EXPECT_EQ(done["spatial"]["path"], work.spatial().string());
  EXPECT_EQ(done["spatial"]["film"]["path"], work.spatial().string());
  EXPECT_EQ(done["spatial"]["film"]["verdict"], "3D: MV-HEVC, said by its boxes");
  const Work absent("absent");
  const auto without = Json::parse(absent.run({"spatial={}"}, {"--json"}).out);
  EXPECT_EQ(without["status"], "done");
  EXPECT_EQ(without["spatial"]["status"], "no_tool");
  const Work failing("fail");
  const auto failed = Json::parse(failing.run({"spatial={}"}, {"--json"}).out);
  EXPECT_EQ(failed["status"], "failed");
  EXPECT_THAT(failed["message"].get<std::string>(), HasSubstr("(-12903)"));
}

TEST(Spatial, AFileThatIsThereIsKeptUnlessToldOtherwise) {
  RLV_FFMPEG_OR_SKIP();
  const Work work;
  std::ofstream(work.spatial()) << "mine";
  expect_refusal(work.run(), 2, "film_spatial.mov' is there already; choose another name");
  EXPECT_EQ(text_of(work.spatial()), "mine");
  EXPECT_FALSE(fs::exists(work.film())) << "refused before the first frame";
  std::ofstream(work.folder() / "film_spatial.partial.mov") << "of another run";
  expect_success(work.run({"spatial={}"}, {"--overwrite"}));
  EXPECT_TRUE(media::read_stereo_facts(work.spatial()).at(0).has_second_layer);
  EXPECT_EQ(text_of(work.folder() / "film_spatial.partial.mov"), "of another run");
}

TEST(Spatial, APlanShowsTheCommandAndRunsNothing) {
  RLV_FFMPEG_OR_SKIP();
  const Work work("absent");
  const auto text = work.run({"spatial={}"}, {"--dry-run"});
  expect_success(text);
  EXPECT_THAT(text.out, HasSubstr("then: spatial make -i " + work.film().string()));
  EXPECT_THAT(text.out, HasSubstr("(the program 'spatial' is not here)"));
  const auto plan = Json::parse(work.run({"spatial={}"}, {"--dry-run", "--json"}).out);
  EXPECT_EQ(plan["spatial"]["output"], work.spatial().string());
  EXPECT_TRUE(plan["spatial"]["tool"].is_null());
  EXPECT_TRUE(names_in(work.folder()).empty());
}

TEST(Spatial, ATelephonesFilmGoesTheWholeWayInOneCommand) {
  RLV_FFMPEG_OR_SKIP();
  const Work work;
  const auto clip = work.folder() / "IMG_1.MOV";
  fs::copy_file(make_film("-f lavfi -i testsrc2=s=3840x2160:r=30:d=0.3 -f lavfi -i sine=d=0.3 -c:v "
                          "libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac",
                          "phone.mov"),
                clip);
  const auto end =
      run_host({"--config", (source_dir() / "configs/spatial.yaml").string(), "--input",
                clip.string(), "--set", "nodes.depth.type=motion_cues.depth", "--set",
                "nodes.sink.params.preset=ultrafast", "--set", "nodes.copy.params.preset=ultrafast",
                "--set", "nodes.copy.path='{dir}/{stem}_1080p24.mp4'"},
               work.setup());
  expect_success(end);
  EXPECT_THAT(names_in(work.folder()), ElementsAre("IMG_1.MOV", "IMG_1_1080p24.mp4",
                                                   "IMG_1_LRF_Full_SBS.mp4", "IMG_1_spatial.mov"));
  const auto size_of = [&](const char* name) {
    const auto file = read_file(work.folder() / name);
    EXPECT_EQ(file.of(AVMEDIA_TYPE_AUDIO).size(), 1U) << name;
    const auto times = file.video().times();
    EXPECT_NEAR(static_cast<double>(times.size()), 0.3 * 24, 1) << name;
    EXPECT_NEAR(times.at(1) - times.at(0), 1.0 / 24, 1e-3) << name;
    return std::make_pair(file.video().width, file.video().height);
  };
  EXPECT_EQ(size_of("IMG_1_LRF_Full_SBS.mp4"), std::make_pair(3840, 1080));
  EXPECT_EQ(size_of("IMG_1_1080p24.mp4"), std::make_pair(1920, 1080));
  EXPECT_EQ(size_of("IMG_1_spatial.mov"), std::make_pair(1920, 1080));
  EXPECT_TRUE(media::read_stereo_facts(work.folder() / "IMG_1_spatial.mov").at(0).has_second_layer);
  EXPECT_FALSE(media::read_stereo_facts(work.folder() / "IMG_1_1080p24.mp4").at(0).is_stereo());
}

TEST(Spatial, WhatTheToolCannotReadIsRefusedBeforeTheFirstFrame) {
  RLV_FFMPEG_OR_SKIP();
  const Work work;
  const auto refused = [&](const std::vector<std::string>& more, const std::string& words) {
    std::vector<std::string> settings{"spatial={}"};
    settings.insert(settings.end(), more.begin(), more.end());
    expect_refusal(work.run(settings), 2, words);
  };
  refused({"nodes.sink.params.layout=anaglyph"}, "has the layout 'anaglyph'; the tool reads");
  refused({"nodes.sink.params.view_order=right_first"}, "leave 'view_order' out");
  refused({"nodes.sink.params.codec=av1"}, "has the codec 'av1'; take hevc or h264");
  refused({"output=film.mkv"}, "the tool reads .mp4 and .mov");
  refused({"output=\"null\""}, "give the sink a file");
  refused({"spatial.from=sonk"},
          "no sink called 'sonk' writes both views; there are sink (did you");
  refused({"spatial.path=x.mkv"}, "ends in neither .mov");
  refused({"spatial.path=" + small_film(kFrames).string()}, "is the file of node 'source'");
  refused({"spatial.tool=/nowhere/spatial"}, "'/nowhere/spatial' is no program that can be run");
  refused({"spatial.path='{dir}/{stam}.mov'"}, "begins none of {dir}, {stem} and {ext} (did you");
}

}  // namespace
}  // namespace relievo::test
