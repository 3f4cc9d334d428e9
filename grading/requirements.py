"""The course's requirements: the ids that checks, reports and documents share."""

from __future__ import annotations

from grading.text import Text

AREAS: dict[str, Text] = {
    "F": Text("Functions", "기능"),
    "S": Text("Security", "보안"),
    "P": Text("Performance", "성능"),
    "M": Text("Monitoring", "모니터링"),
    "O": Text("Orchestration", "오케스트레이션"),
    "A": Text("Architecture", "아키텍처"),
    "T": Text("Work", "팀 활동"),
}

REQUIREMENTS: dict[str, Text] = {
    "F1": Text("JWT login and sign-up", "JWT 로그인과 회원가입"),
    "F2": Text("CRUD (posts or products)", "CRUD(게시글 또는 상품)"),
    "F3": Text("Real time: WebSocket or SSE", "실시간: WebSocket 또는 SSE"),
    "F4": Text("Image upload and processing", "이미지 업로드와 처리"),
    "F5": Text("Full-text search or filters", "전문 검색 또는 필터"),
    "F6": Text("OpenAPI generated", "OpenAPI 문서 생성"),
    "S1": Text("Every image passes the vulnerability scan", "모든 이미지의 취약점 검사 통과"),
    "S2": Text("Not root, read-only file system", "비 root 실행, 읽기 전용 파일 시스템"),
    "S3": Text("HTTPS, internal traffic encrypted", "HTTPS와 내부 통신 암호화"),
    "S4": Text("Docker secrets instead of environment variables", "환경 변수 대신 Docker secrets"),
    "P1": Text("Each image at most 100 MB", "이미지마다 100 MB 이하"),
    "P2": Text("Multi-stage builds", "멀티 스테이지 빌드"),
    "P3": Text("Redis caching shortens responses", "Redis 캐시로 응답 단축"),
    "P4": Text("Resource limits on every container", "모든 컨테이너의 자원 제한"),
    "P5": Text("Response under 200 ms", "응답 200 ms 미만"),
    "P6": Text("Memory under 512 MB a container", "컨테이너마다 메모리 512 MB 미만"),
    "M1": Text("Application metrics in Prometheus", "Prometheus 애플리케이션 지표"),
    "M2": Text("Structured logs", "구조화된 로그"),
    "M3": Text("Health check on every service", "모든 서비스의 헬스 체크"),
    "M4": Text("Grafana dashboard", "Grafana 대시보드"),
    "O1": Text("Swarm deploys the stack", "Swarm으로 스택 배포"),
    "O2": Text("Scaling", "스케일링"),
    "O3": Text("Self-healing", "자가 복구"),
    "O4": Text("Load balancing", "부하 분산"),
    "O5": Text("Rolling update and rollback", "롤링 업데이트와 롤백"),
    "A1": Text("All eight components, each doing its part", "여덟 구성 요소가 각자 제 몫을 함"),
    "A2": Text("Design document", "설계 문서"),
    "A3": Text("Data persists", "데이터 지속성"),
    "T1": Text("Presentation, eight points", "발표 8항목"),
    "T2": Text("Peer review, six criteria", "동료 평가 6항목"),
    "T3": Text("Teamwork of three", "3인 협업"),
}
